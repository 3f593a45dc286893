// The brief, drawn: as a sheet on the screen, and on paper as one page without the frame.
import type { ReactNode } from 'react';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import { useNow } from '../../parts/clock/clock.tsx';
import { momentNote } from '../moment.ts';
import { PageHead } from '../page-head-view.tsx';
import type { BriefCell, BriefPage, BriefSection } from './model.ts';

export interface BriefViewProps {
  readonly page: BriefPage | null;
  /** The day it is seen from; empty: now. */
  readonly at: string;
  readonly onDay: (at: string) => void;
  readonly onPrint: () => void;
  readonly onSave: (format: 'html' | 'pdf') => void;
  readonly problem: ProblemText | null;
  readonly onRetry: () => void;
  readonly exportProblem: ProblemText | null;
  readonly busy: boolean;
}

export function BriefView(props: BriefViewProps) {
  const { page, at, onDay, onPrint, onSave, problem, onRetry, exportProblem, busy } = props;
  const none = page === null;
  const note = momentNote(at, useNow());
  return (
    <div className="page brief-page" aria-busy={busy}>
      {page === null ? <PageHead /> : <PageHead first={page.headline} second={page.about} />}
      <div className="controls">
        <label className="brief-day">
          <span>As it is at the end of</span>
          <input className="field" type="date" value={at} onChange={(event) => onDay(event.currentTarget.value)} />
        </label>
        {at !== '' && (
          <button type="button" className="button quiet" onClick={() => onDay('')}>
            Back to now
          </button>
        )}
        <button type="button" className="button" onClick={onPrint} disabled={none}>
          Print
        </button>
        <button type="button" className="button" onClick={() => onSave('pdf')} disabled={none}>
          PDF
        </button>
        <button type="button" className="button" onClick={() => onSave('html')} disabled={none}>
          HTML
        </button>
      </div>
      {note !== null && <p className="moment-note">{note}</p>}
      {exportProblem !== null && <Problem problem={exportProblem} />}
      {problem !== null && <Problem problem={problem} onRetry={onRetry} />}
      {page !== null && <Sheet page={page} />}
    </div>
  );
}

const Sheet = ({ page: { title, mark, about, headline, sections, foot, printed } }: { readonly page: BriefPage }) => (
  <article className="brief" aria-label={title} style={printed}>
    <header className="brief-title">
      <h2>
        {title}
        {mark !== null && (
          <span className="tag hatched" data-tone="warn">
            {mark}
          </span>
        )}
      </h2>
      <p className="brief-printed brief-headline">{headline}</p>
      <p className="brief-printed">{about}</p>
    </header>
    {sections.map((section) => (
      <Section key={section.id} section={section} />
    ))}
    <footer className="brief-foot">{foot}</footer>
  </article>
);

function Section({
  section: { id, title, lead, href, columns, rows, lines, notes },
}: {
  readonly section: BriefSection;
}) {
  return (
    <section className="brief-section" data-lines={lines} aria-labelledby={`brief-${id}`}>
      <div className="brief-head">
        <h3 id={`brief-${id}`}>{linked(title, href)}</h3>
        <p>{lead}</p>
      </div>
      {rows.length > 0 && (
        <table className="brief-table" aria-label={title}>
          <colgroup>
            {columns.map((column) => (
              <col key={column.title} style={{ width: `${column.width}%` }} />
            ))}
          </colgroup>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.title} scope="col" data-figure={column.figure || undefined}>
                  {column.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, cells }) => (
              <tr key={key}>
                {cells.map((cell) => (
                  <Cell key={cell.title} cell={cell} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {notes.length > 0 && <p className="brief-note">{notes.join('. ')}</p>}
    </section>
  );
}

const Cell = ({ cell: { text, title, figure, href } }: { readonly cell: BriefCell }) => (
  <td data-figure={figure || undefined}>
    <span className="brief-label" aria-hidden="true">
      {title}
    </span>
    <span className="brief-text">{linked(text, href)}</span>
  </td>
);

const linked = (text: string, href: string | null): ReactNode => (href === null ? text : <a href={href}>{text}</a>);
