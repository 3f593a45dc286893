// The planner, drawn: the answer in a sentence, the figures beside the assumptions that move them, what decides them, charts and tables.
import { useState } from 'react';
import { BandChart } from '../../parts/band-chart/view.tsx';
import { CommandLine } from '../../parts/command/view.tsx';
import { Copy } from '../../parts/copy/view.tsx';
import { Explain } from '../../parts/explain/view.tsx';
import { Plain } from '../../parts/plain-table/view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import type { PlanRange } from '@weighbridge/protocol';
import { OwnFileDrop, type OwnFileProps } from '../own-file-view.tsx';
import { PageHead } from '../page-head-view.tsx';
import { Assumptions } from './controls-view.tsx';
import type { PlanTold, SwingText } from './model.ts';

export interface PlannerViewProps extends OwnFileProps {
  readonly plans: readonly { readonly id: string; readonly title: string }[];
  readonly run: string;
  readonly beside: string;
  readonly besides: readonly { readonly id: string; readonly title: string }[];
  readonly seed: string;
  readonly status: string;
  readonly problem: ProblemText | null;
  readonly told: PlanTold | null;
  readonly busy: boolean;
  /** Whether it is the answer to another question. */
  readonly stale: boolean;
  readonly onRetry: () => void;
  readonly onRun: (id: string) => void;
  readonly onBeside: (id: string) => void;
  readonly onSeed: (seed: string) => void;
  readonly onAbout: (id: string) => void;
  readonly onMove: (id: string, range: PlanRange | null) => void;
  readonly onPick: (id: string, value: string | null) => void;
  readonly onReset: () => void;
  /** The text of the plan that ships, to be copied; null where there is none. */
  readonly file: string | null;
}

export function PlannerView(props: PlannerViewProps) {
  const { told, problem, onRetry, busy, stale } = props;
  return (
    <div className="page planner" aria-busy={busy} data-stale={stale || undefined}>
      <PageHead {...told?.headline} />
      <Head {...props} />
      <OwnFileDrop what="plan" own={props.own} ownOpen={props.ownOpen} onFile={props.onFile} />
      {problem !== null && <Problem problem={problem} onRetry={onRetry} />}
      {told !== null && <Told {...props} told={told} />}
    </div>
  );
}

function Head({ plans, run, beside, besides, seed, status, onRun, onBeside, onSeed }: PlannerViewProps) {
  return (
    <div className="controls planner-controls">
      <Select label="plan" value={run} options={plans} onChange={onRun} />
      <Select label="side by side with" value={beside} options={besides} onChange={onBeside} />
      <label className="group-by">
        <span>seed</span>
        <input
          className="field planner-seed"
          inputMode="numeric"
          pattern="\d{1,9}"
          key={seed}
          defaultValue={seed}
          onBlur={({ target }) => {
            if (/^\d{1,9}$/.test(target.value) && target.value !== seed) onSeed(target.value);
          }}
          onKeyDown={({ key, currentTarget }) => {
            if (key === 'Enter') currentTarget.blur();
          }}
        />
      </label>
      <p className="planner-status" role="status">
        <span className="tag hatched">simulated</span> {status}
      </p>
    </div>
  );
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly id: string; readonly title: string }[];
  readonly onChange: (id: string) => void;
}

const Select = ({ label, value, options, onChange }: SelectProps) => (
  <label className="group-by">
    <span>{label}</span>
    <select className="field" value={value} onChange={({ target }) => onChange(target.value)}>
      {options.map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </select>
  </label>
);

function Told({ told, onMove, onPick, onReset, onAbout, file }: PlannerViewProps & { readonly told: PlanTold }) {
  const [place, setPlace] = useState<number | null>(null);
  return (
    <>
      {told.cautions.length > 0 && (
        <ul className="plan-cautions" aria-label="Take care">
          {told.cautions.map((caution) => (
            <li key={caution}>{caution}</li>
          ))}
        </ul>
      )}
      <div className="planner-stage">
        <div className="planner-answer">
          <FiguresTable told={told} />
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
      {told.tables.map(({ key, title, head, rows, note }) => (
        <section key={key} className="plan-section" aria-label={title}>
          <h2>{title}</h2>
          <Plain name={title} head={head} rows={rows} />
          {note !== null && <p className="section-note">{note}</p>}
        </section>
      ))}
      <section className="plan-section" aria-label="Take it with you">
        <h2>Take it with you</h2>
        <p className="section-note">
          The same, typed: <CommandLine line={told.command} /> <Copy text={told.command} label="Copy as command" />
        </p>
        {file !== null && (
          <details>
            <summary>The plan as a file, to be changed and dropped above</summary>
            <Copy text={file} label="Copy the file" />
            <pre className="plan-file">{file}</pre>
          </details>
        )}
      </section>
    </>
  );
}

const FiguresTable = ({ told: { figures, sides, interval } }: { readonly told: PlanTold }) => (
  <section className="plan-figures" aria-label="Figures">
    <Plain
      name="Figures of the plan"
      head={sides.length > 1 ? ['Figure', '1st>', '2nd>', '2nd less 1st>'] : ['Figure', 'Estimate>']}
      rows={figures.map(({ key, title, texts, difference, explain }) => ({
        key,
        cells: [
          <span key="title" className="plan-figure-title">
            {title} <Explain {...explain} />
          </span>,
          ...texts,
          ...(sides.length > 1 ? [difference] : []),
        ],
      }))}
    />
    <p className="section-note">{interval}.</p>
  </section>
);

interface SwingsProps {
  readonly told: PlanTold;
  readonly onAbout: (id: string) => void;
}

const share = (part: number): string => `${(100 * part).toFixed(2)}%`;

const Swings = ({ told: { swings, about }, onAbout }: SwingsProps) => (
  <section className="plan-swings" aria-label="What decides it">
    <header>
      <h2>What decides it</h2>
      <Select label="figure" value={about.id} options={about.choices} onChange={onAbout} />
    </header>
    <p className="section-note">
      One assumption at a time from its P10 to its P90, all others at their likely value; beside it the rank correlation
      over all draws.
    </p>
    <ul>
      {swings.map((swing) => (
        <Swing key={swing.key} swing={swing} />
      ))}
    </ul>
  </section>
);

const Swing = ({ swing: { title, says, rank, left, width, middle } }: { readonly swing: SwingText }) => (
  <li className="swing">
    <span className="swing-title">{title}</span>
    <span className="swing-rank" title="rank correlation">
      {rank}
    </span>
    <span className="swing-track" aria-hidden="true">
      <span className="swing-bar" style={{ left: share(left), width: share(width) }} />
      <span className="swing-middle" style={{ left: share(middle) }} />
    </span>
    <span className="swing-says">{says}</span>
  </li>
);
