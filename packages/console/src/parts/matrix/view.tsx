// A matrix, drawn: a table whose cells are shaded, each a link to the calls behind it.
import { memo } from 'react';
import { ChartFrame } from '../chart-frame/view.tsx';
import { prepareMatrix, type MatrixCell, type MatrixData } from './model.ts';

interface MatrixProps {
  readonly data: MatrixData;
  /** Address of the calls behind a cell; null where a cell stands for several. */
  readonly hrefOf: (row: string, column: string) => string;
}

/** Drawn anew when it says something else: it has a link for each cell. */
export const Matrix = memo(function Matrix({ data, hrefOf }: MatrixProps) {
  const matrix = prepareMatrix(data);
  return (
    <ChartFrame title={matrix.title} summary={matrix.summary} table={matrix.state === 'ready' ? matrix.table : null}>
      {matrix.state === 'ready' ? (
        <div className="matrix" tabIndex={0} role="region" aria-label={matrix.title}>
          <table>
            <thead>
              <tr>
                <th scope="col">{matrix.rowTitle}</th>
                {matrix.columns.map(({ key, label }) => (
                  <th key={key} scope="col" title={label}>
                    <span>{label}</span>
                  </th>
                ))}
                <th scope="col">all</th>
              </tr>
            </thead>
            <tbody>
              {matrix.rows.map(({ key, label, cells, total }) => (
                <tr key={key}>
                  <th scope="row" title={label}>
                    {label}
                  </th>
                  {cells.map((cell, i) => (
                    <td key={matrix.columns[i]?.key} data-step={cell.step}>
                      <Cell cell={cell} hrefOf={hrefOf} />
                    </td>
                  ))}
                  <td>{total}</td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">all</th>
                {matrix.totals.map((total, i) => (
                  <td key={matrix.columns[i]?.key}>{total}</td>
                ))}
                <td>{matrix.whole}</td>
              </tr>
            </tfoot>
          </table>
        </div>
      ) : (
        <div className="chart-empty" aria-hidden="true" />
      )}
    </ChartFrame>
  );
});

function Cell({ cell, hrefOf }: { readonly cell: MatrixCell; readonly hrefOf: MatrixProps['hrefOf'] }) {
  if (cell.text === '') return null;
  if (cell.row === null || cell.column === null) return <span title={cell.exact}>{cell.text}</span>;
  return (
    <a href={hrefOf(cell.row, cell.column)} title={cell.exact}>
      {cell.text}
    </a>
  );
}
