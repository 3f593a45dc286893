// Draws a sparkline.
import { HEIGHT, prepareSparkline, WIDTH, type SparklineData } from './model.ts';

export function Sparkline(props: SparklineData) {
  const { solid, dotted, dots, last, label } = prepareSparkline(props);
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={label}
    >
      <path d={solid} />
      <path d={dotted} strokeDasharray="1.5 2.5" />
      {dots.map(({ x, y }) => (
        <circle key={x} cx={x} cy={y} r="1.25" />
      ))}
      {last !== null && <circle className="sparkline-last" cx={last.x} cy={last.y} r="1.75" />}
    </svg>
  );
}
