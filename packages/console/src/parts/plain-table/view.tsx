// A table of a few rows, without sorting or walking; where it has no room each row becomes labels and values.
import type { ReactNode } from 'react';

export interface PlainRow {
  readonly key: string;
  readonly cells: readonly ReactNode[];
  readonly total?: boolean;
}
interface PlainProps {
  readonly name: string;
  /** A title that ends in `>` is of numbers, and stands to the right. */
  readonly head: readonly string[];
  readonly rows: readonly PlainRow[];
}

export function Plain({ name, head, rows }: PlainProps) {
  const titles = head.map((title) => ({
    title: title.replace('>', ''),
    align: title.endsWith('>') ? 'right' : undefined,
  }));
  return (
    <div className="plain">
      <table role="table" aria-label={name}>
        <thead>
          <tr role="row">
            {titles.map(({ title, align }) => (
              <th key={title} role="columnheader" scope="col" data-align={align}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells, total }) => (
            <tr key={key} role="row" className={total === true ? 'plain-total' : undefined}>
              {titles.map(({ title, align }, i) => (
                <td
                  key={title}
                  role="cell"
                  data-align={align}
                  data-label={title}
                  data-empty={cells[i] === null || undefined}
                >
                  <span>{cells[i]}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
