// Draws a distribution, with the same as a table one click away.
import { useState } from 'react';
import { prepareDistribution, type DistributionData } from './model.ts';

const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;

export function Distribution(props: DistributionData) {
  const prepared = prepareDistribution(props);
  const [asTable, setAsTable] = useState(false);
  if (prepared.state === 'empty')
    return (
      <figure className="chart">
        <figcaption>
          <h3>{prepared.title}</h3>
          <p>{prepared.summary}</p>
        </figcaption>
      </figure>
    );
  const { title, summary, bars, marks, ticks } = prepared;
  return (
    <figure className="chart">
      <figcaption>
        <div className="chart-head">
          <h3>{title}</h3>
          <button type="button" className="button quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? 'Show as chart' : 'Show as table'}
          </button>
        </div>
        <p>{summary}</p>
      </figcaption>
      {asTable ? (
        <div className="chart-table" tabIndex={0} role="region" aria-label={`${title}, as a table`}>
          <table>
            <thead>
              <tr>
                <th scope="col">from – to</th>
                <th scope="col">count</th>
                <th scope="col">share</th>
              </tr>
            </thead>
            <tbody>
              {bars.map(({ range, count, share }) => (
                <tr key={range}>
                  <th scope="row">{range}</th>
                  <td>{count}</td>
                  <td>{share}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <div className="distribution" aria-hidden="true">
          <div className="distribution-bars">
            {bars.map(({ range, count, share, height }) => (
              <span key={range} title={`${range}: ${count}, ${share}`}>
                <span style={{ height: percent(height) }} />
              </span>
            ))}
            {marks.map(({ name, position }) => (
              <span key={name} className="distribution-mark" data-mark={name} style={{ left: percent(position) }}>
                {name}
              </span>
            ))}
          </div>
          <div className="distribution-axis">
            {ticks.map(({ text, position }) => (
              <span key={text} style={{ left: percent(position) }}>
                {text}
              </span>
            ))}
          </div>
        </div>
      )}
    </figure>
  );
}
