// Over the answer: which plan, what stands beside it, the report to send, and what was changed with the ways back.
import type { ReactNode } from 'react';
import { Select } from './select-view.tsx';
import type { ChangeText } from './controls.ts';

export interface HeadProps {
  readonly plans: readonly { readonly id: string; readonly title: string }[];
  readonly run: string;
  readonly beside: string;
  readonly besides: readonly { readonly id: string; readonly title: string }[];
  readonly status: string;
  /** Whether what is shown can be sent. */
  readonly whole: boolean;
  readonly views: ReactNode;
  readonly onRun: (id: string) => void;
  readonly onBeside: (id: string) => void;
  readonly onKeep: () => void;
  readonly onReport: (format: 'pdf' | 'html') => void;
}

export function Head(props: HeadProps) {
  const { plans, run, beside, besides, status, whole, views, onRun, onBeside, onKeep, onReport } = props;
  return (
    <>
      <div className="controls planner-controls">
        <Select label="plan" value={run} options={plans} onChange={onRun} />
        <Select label="side by side with" value={beside} options={besides} onChange={onBeside} />
        <button type="button" className="button" disabled={!whole} onClick={onKeep}>
          Keep this to compare
        </button>
      </div>
      <div className="controls planner-controls">
        <span className="planner-report" role="group" aria-label="Report">
          <span>report</span>
          <button type="button" className="button" disabled={!whole} onClick={() => onReport('pdf')}>
            PDF
          </button>
          <button type="button" className="button" disabled={!whole} onClick={() => onReport('html')}>
            HTML
          </button>
        </span>
        {views}
        <p className="planner-status" role="status">
          <span className="tag hatched">simulated</span> {status}
        </p>
      </div>
    </>
  );
}

const TOLD_MOST = 3;

interface ChangedProps {
  readonly changes: readonly ChangeText[];
  readonly compared: boolean;
  readonly onCompare: () => void;
  readonly onReset: () => void;
}

export function Changed({ changes, compared, onCompare, onReset }: ChangedProps) {
  if (changes.length === 0) return null;
  const more = changes.length - TOLD_MOST;
  return (
    <div className="plan-changed" role="group" aria-label="What you changed">
      <ul>
        {changes.slice(0, TOLD_MOST).map(({ key, title, now, written }) => (
          <li key={key}>
            {title}: <strong>{now}</strong> <span className="quiet-text">written: {written}</span>
          </li>
        ))}
        {more > 0 && <li className="quiet-text">and {more} more, marked among the assumptions</li>}
      </ul>
      <span>
        {!compared && (
          <button type="button" className="button" onClick={onCompare}>
            Compare with as written
          </button>
        )}
        <button type="button" className="button quiet" onClick={onReset}>
          Undo all changes
        </button>
      </span>
    </div>
  );
}
