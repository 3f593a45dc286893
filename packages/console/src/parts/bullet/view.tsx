// Draws a bullet: the bar is what was spent, the tick the plan, the shaded span the forecast.
import { prepareBullet, type BulletData } from './model.ts';

const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;

export function Bullet(props: BulletData) {
  const { label, actual, plan, forecast, tone, summary, drawn } = prepareBullet(props);
  return (
    <figure className="bullet" data-tone={tone}>
      <figcaption>
        <strong>{label}</strong> <span>{summary}</span>
      </figcaption>
      {drawn && (
        <div className="bullet-track" aria-hidden="true">
          {forecast !== null && (
            <span
              className="bullet-forecast"
              style={{ left: percent(forecast.from), width: percent(forecast.to - forecast.from) }}
            />
          )}
          <span className="bullet-actual" style={{ width: percent(actual) }} />
          {plan !== null && <span className="bullet-plan" style={{ left: percent(plan) }} />}
        </div>
      )}
    </figure>
  );
}
