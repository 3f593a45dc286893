// The place for a scenario of one's own, and what is wrong with the file that was dropped there.
import { FaultList } from '../fault-list-view.tsx';
import { FileDrop } from '../file-drop-view.tsx';
import type { OwnText } from './own-file.ts';

export interface OwnFileProps {
  readonly own: OwnText;
  /** Whether there is something to say of a file. */
  readonly ownOpen: boolean;
  readonly onFile: (file: File | undefined) => void;
}

export const OwnScenario = ({ own, ownOpen, onFile }: OwnFileProps) => (
  <details className="alliance-own" open={ownOpen || undefined}>
    <summary>A scenario of your own</summary>
    <FileDrop
      small
      label="Drop the file of a scenario here, or choose it"
      accept=".yaml,.yml,.txt,text/yaml"
      says={own.says}
      state={own.tone}
      onFile={onFile}
    />
    {own.faults.length > 0 && <FaultList faults={own.faults} />}
  </details>
);
