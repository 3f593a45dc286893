// A place to drop a file, or to choose one; what came of it is said below.
import { useState } from 'react';

interface FileDropProps {
  readonly label: string;
  readonly small?: boolean;
  /** Of the choice; what is dropped is what it is. */
  readonly accept?: string;
  readonly says: string;
  readonly state?: string;
  readonly onFile: (file: File | undefined) => void;
}

export function FileDrop({ label, small = false, accept, says, state, onFile }: FileDropProps) {
  const [over, setOver] = useState(false);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- dropping is a second way to choose a file
    <label
      className={small ? 'drop drop-small' : 'drop'}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFile(event.dataTransfer.files[0]);
      }}
    >
      <span>{label}</span>
      <input type="file" accept={accept} onChange={(event) => onFile(event.target.files?.[0])} />
      <span aria-live="polite" data-state={state}>
        {says}
      </span>
    </label>
  );
}
