// A place to drop a file whose SHA-256 is wanted. It is hashed here and never sent.
import { useState } from 'react';
import { prepareCount } from '../parts/count/model.ts';
import { useFileDigest, type FileDigest } from './file-digest.ts';

interface DigestDropProps {
  /** What the file is: `the document that it rests on`. */
  readonly of: string;
  readonly onDigest: (sha256: string) => void;
}

export function DigestDrop({ of, onDigest }: DigestDropProps) {
  const { digest, take } = useFileDigest(onDigest);
  const [over, setOver] = useState(false);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- dropping is a second way to choose a file
    <label
      className="drop drop-small"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files[0]);
      }}
    >
      <span>Drop {of} here, or choose it: its SHA-256 is made in this page, the file is sent nowhere</span>
      <input type="file" onChange={(event) => take(event.target.files?.[0])} />
      <span aria-live="polite" data-state={digest.state}>
        {digestText(digest)}
      </span>
    </label>
  );
}

function digestText(digest: FileDigest): string {
  if (digest.state === 'reading') return `${digest.name} is being read.`;
  if (digest.state === 'done')
    return `${digest.name}, ${prepareCount(digest.bytes).text} bytes: its digest stands in the field.`;
  return digest.state === 'refused' ? digest.why : '';
}
