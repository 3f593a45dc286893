// What every chart has around its drawing: title, the same in words, and the same as a table one click away.
import { useState, type ReactNode } from 'react';
import type { ChartTable } from './model.ts';

interface ChartFrameProps {
  readonly title: string;
  readonly summary: string;
  /** Null when there is nothing to show, and so no other way to show it. */
  readonly table: ChartTable | null;
  readonly children: ReactNode;
}

export function ChartFrame({ title, summary, table, children }: ChartFrameProps) {
  const [asTable, setAsTable] = useState(false);
  return (
    <figure className="chart">
      <figcaption>
        <div className="chart-head">
          <h3>{title}</h3>
          {table !== null && (
            <button type="button" className="button quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
              {asTable ? 'Show as chart' : 'Show as table'}
            </button>
          )}
        </div>
        <p>{summary}</p>
      </figcaption>
      {asTable && table !== null ? <TableOf table={table} title={title} /> : children}
    </figure>
  );
}

const TableOf = ({ table, title }: { readonly table: ChartTable; readonly title: string }) => (
  <div className="chart-table" tabIndex={0} role="region" aria-label={`${title}, as a table`}>
    <table>
      <thead>
        <tr>
          {table.columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map(([name = '', ...values]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {values.map((text, i) => (
              <td key={table.columns[i + 1]}>{text}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
