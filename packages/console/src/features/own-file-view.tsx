// The place for a file of one's own, and what is wrong with the one that was dropped there.
import { FaultList } from './fault-list-view.tsx';
import { FileDrop } from './file-drop-view.tsx';
import type { OwnText } from './own-file.ts';

export interface OwnFileProps {
  readonly own: OwnText;
  /** Whether there is something to say of a file. */
  readonly ownOpen: boolean;
  readonly onFile: (file: File | undefined) => void;
}

/** `what`: `scenario`. */
export const OwnFileDrop = ({ what, own, ownOpen, onFile }: OwnFileProps & { readonly what: string }) => (
  <details className="own-file" open={ownOpen || undefined}>
    <summary>A {what} of your own</summary>
    <FileDrop
      small
      label={`Drop the file of a ${what} here, or choose it`}
      accept=".yaml,.yml,.txt,text/yaml"
      says={own.says}
      state={own.tone}
      onFile={onFile}
    />
    {own.faults.length > 0 && <FaultList faults={own.faults} />}
  </details>
);
