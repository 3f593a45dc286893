// Draws a distribution.
import { ChartFrame } from '../chart-frame/view.tsx';
import { prepareDistribution, type DistributionData, type PreparedDistribution } from './model.ts';

const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;

export function Distribution(props: DistributionData) {
  const prepared = prepareDistribution(props);
  const ready = prepared.state === 'ready';
  return (
    <ChartFrame title={prepared.title} summary={prepared.summary} table={ready ? prepared.table : null}>
      {ready && <Bars prepared={prepared} />}
    </ChartFrame>
  );
}

type Ready = Extract<PreparedDistribution, { state: 'ready' }>;

const Bars = ({ prepared: { bars, marks, ticks } }: { readonly prepared: Ready }) => (
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
        <span key={position} style={{ left: percent(position) }}>
          {text}
        </span>
      ))}
    </div>
  </div>
);
