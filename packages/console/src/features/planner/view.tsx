// The planner, drawn: the answer in a sentence, what a buyer asks, the figures beside the assumptions that move them, what decides them,
// charts and tables.
import { useState } from 'react';
import type { PlanRange } from '@weighbridge/protocol';
import { CommandLine } from '../../parts/command/view.tsx';
import { BandChart } from '../../parts/band-chart/view.tsx';
import { Plain } from '../../parts/plain-table/view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import { OwnFileDrop, type OwnFileProps } from '../own-file-view.tsx';
import { PageHead } from '../page-head-view.tsx';
import { Asked, Beside } from './answer-view.tsx';
import { Assumptions } from './controls-view.tsx';
import { FiguresTable, Swings } from './figures-view.tsx';
import { Changed, Head, type HeadProps } from './head-view.tsx';
import type { PlanTold, TableText } from './model.ts';
import { placeOf } from './places.ts';
import { Take, type TakeProps } from './take-view.tsx';

export interface PlannerViewProps extends OwnFileProps, HeadProps, Omit<TakeProps, 'command'> {
  readonly problem: ProblemText | null;
  readonly reportProblem: ProblemText | null;
  readonly told: PlanTold | null;
  readonly busy: boolean;
  /** Whether it is the answer to another question. */
  readonly stale: boolean;
  /** Whether anything was changed, be it known to the plan or not. */
  readonly changed: boolean;
  readonly onRetry: () => void;
  readonly onAbout: (id: string) => void;
  readonly onMove: (id: string, range: PlanRange | null) => void;
  readonly onPick: (ids: readonly string[], value: string) => void;
  readonly onReset: () => void;
}

export function PlannerView(props: PlannerViewProps) {
  const { told, problem, reportProblem, onRetry, busy, stale, changed, onReset } = props;
  return (
    <div className="page planner" aria-busy={busy} data-stale={stale || undefined}>
      <PageHead {...told?.headline} />
      <Head {...props} />
      <OwnFileDrop what="plan" own={props.own} ownOpen={props.ownOpen} onFile={props.onFile} />
      {reportProblem !== null && <Problem problem={reportProblem} />}
      {problem !== null && (
        <>
          <Problem problem={problem} onRetry={onRetry} />
          {changed && (
            <button type="button" className="button" onClick={onReset}>
              Undo all changes
            </button>
          )}
        </>
      )}
      {told === null && problem === null && <div className="skeleton plan-skeleton" aria-hidden="true" />}
      {told !== null && <Told {...props} told={told} />}
      {told !== null && <Take {...props} command={told.command} />}
    </div>
  );
}

function Told(props: PlannerViewProps & { readonly told: PlanTold }) {
  const { told, problem, beside, onMove, onPick, onReset, onAbout, onBeside } = props;
  const [place, setPlace] = useState<number | null>(null);
  return (
    <>
      {problem === null && (
        <Changed
          changes={told.changes}
          compared={beside !== 'none'}
          onCompare={() => onBeside('written')}
          onReset={onReset}
        />
      )}
      {told.beside !== null && <Beside beside={told.beside} />}
      <Asked asked={told.asked} onAbout={onAbout} />
      {told.cautions.length > 0 && (
        <section
          className="plan-cautions"
          aria-labelledby="plan-cautions"
          id={placeOf('part', 'cautions')}
          tabIndex={-1}
        >
          <h2 id="plan-cautions">Take care</h2>
          <ul>
            {told.cautions.map((caution) => (
              <li key={caution}>{caution}</li>
            ))}
          </ul>
        </section>
      )}
      <div className="planner-stage">
        <div className="planner-answer">
          <FiguresTable told={told} onAbout={onAbout} />
          {told.charts.map((chart) => (
            <BandChart key={chart.key} chart={chart} month={place} onMonth={setPlace} />
          ))}
          <Swings told={told} onAbout={onAbout} />
        </div>
        <Assumptions
          controls={told.controls}
          choices={told.choices}
          onMove={onMove}
          onPick={onPick}
          onReset={onReset}
        />
      </div>
      {told.tables.map((table) => (
        <Table key={table.key} table={table} />
      ))}
    </>
  );
}

function Table({ table: { title, head, rows, note, place, long } }: { readonly table: TableText }) {
  const drawn = <Plain name={title} head={head} rows={rows} />;
  return (
    <section className="plan-section" aria-label={title} id={place} tabIndex={-1}>
      <h2>{title}</h2>
      {long ? (
        <details>
          <summary>Show all {rows.length} rows</summary>
          {drawn}
        </details>
      ) : (
        drawn
      )}
      {note !== null && <Note note={note} />}
    </section>
  );
}

/** What stands between backticks is typed. */
const Note = ({ note }: { readonly note: string }) => (
  <p className="section-note">
    {note.split('`').map((part, at) => (at % 2 === 1 ? <CommandLine key={part} line={part} /> : part))}
  </p>
);
