// What stands above a table: how many rows, which columns, and the two ways out: a file, and the command that gives the
// same on the command line.
import { Copy } from '../copy/view.tsx';
import { Icon } from '../icon/view.tsx';
import { Popover } from '../popover/view.tsx';
import { toggleColumn, type Column } from './model.ts';

interface ToolbarProps<Row> {
  readonly count: string;
  readonly columns: readonly Column<Row>[];
  readonly shown: readonly string[];
  readonly onColumns: (shown: readonly string[]) => void;
  /** The command that gives the same rows. */
  readonly command: string | null;
  readonly onExport: () => void;
}

export function Toolbar<Row>({ count, columns, shown, onColumns, command, onExport }: ToolbarProps<Row>) {
  return (
    <div className="table-toolbar">
      <span className="table-count" aria-live="polite">
        {count}
      </span>
      <Popover
        className="button quiet"
        name="Choose columns"
        label={
          <>
            <Icon name="columns" />
            <span>Columns</span>
          </>
        }
      >
        {() => (
          <ul className="column-list">
            {columns.map(({ key, title }) => (
              <li key={key}>
                <label>
                  <input
                    type="checkbox"
                    checked={shown.includes(key)}
                    onChange={() => onColumns(toggleColumn(columns, shown, key))}
                  />
                  {title}
                </label>
              </li>
            ))}
          </ul>
        )}
      </Popover>
      {command !== null && <Copy text={command} label="Copy as command" />}
      <button type="button" className="button quiet" onClick={onExport} disabled={count === ''}>
        <Icon name="download" />
        <span>Export CSV</span>
      </button>
    </div>
  );
}
