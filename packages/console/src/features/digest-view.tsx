// A place to drop a file whose SHA-256 is wanted. It is hashed here and never sent.
import { prepareCount } from '../parts/count/model.ts';
import { useFileDigest, type FileDigest } from './file-digest.ts';
import { FileDrop } from './file-drop-view.tsx';

interface DigestDropProps {
  /** What the file is: `the document that it rests on`. */
  readonly of: string;
  readonly onDigest: (sha256: string) => void;
}

export function DigestDrop({ of, onDigest }: DigestDropProps) {
  const { digest, take } = useFileDigest(onDigest);
  return (
    <FileDrop
      small
      label={`Drop ${of} here, or choose it: its SHA-256 is made in this page, the file is sent nowhere`}
      says={digestText(digest)}
      state={digest.state}
      onFile={take}
    />
  );
}

function digestText(digest: FileDigest): string {
  if (digest.state === 'reading') return `${digest.name} is being read.`;
  if (digest.state === 'done')
    return `${digest.name}, ${prepareCount(digest.bytes).text} bytes: its digest stands in the field.`;
  return digest.state === 'refused' ? digest.why : '';
}
