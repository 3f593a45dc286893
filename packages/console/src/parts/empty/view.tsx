// Nothing is there, and the one command that changes that.
import { CommandLine } from '../command/view.tsx';
import { Copy } from '../copy/view.tsx';
import type { EmptyText } from '../data-table/model.ts';

export const Empty = ({ what, command }: EmptyText) => (
  <div className="empty">
    <p>{what}</p>
    {command !== null && (
      <p className="command">
        <CommandLine line={command} /> <Copy text={command} label="Copy" />
      </p>
    )}
  </div>
);
