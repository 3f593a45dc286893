// Draws the phases of a call, one row each, on one axis.
import { prepareTimeline, type Phase } from './model.ts';

const percent = (share: number): string => `${(100 * share).toFixed(3)}%`;

export function Timeline({ phases, title }: { readonly phases: readonly Phase[]; readonly title: string }) {
  const { rows, ticks, summary } = prepareTimeline(phases);
  return (
    <figure className="timeline">
      <figcaption>
        <h3>{title}</h3>
        <p>{summary}</p>
      </figcaption>
      <div className="timeline-grid" role="table" aria-label={title}>
        <div className="timeline-axis" aria-hidden="true">
          {ticks.map(({ text, position }) => (
            <span key={text} style={{ left: percent(position) }}>
              {text}
            </span>
          ))}
        </div>
        {rows.map(({ label, bar, tone, duration, note }) => (
          <div key={label} className="timeline-row" role="row">
            <span className="timeline-label" role="rowheader">
              {label}
              {note !== '' && <span className="timeline-note">{note}</span>}
            </span>
            <span className="timeline-track" role="presentation">
              {bar !== null && (
                <span
                  className="timeline-bar"
                  data-tone={tone}
                  style={{ left: percent(bar.left), width: percent(bar.width) }}
                />
              )}
            </span>
            <span className="timeline-duration" role="cell">
              {duration}
            </span>
          </div>
        ))}
      </div>
    </figure>
  );
}
