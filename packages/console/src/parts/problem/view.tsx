// A failure: what happened, what to do next, and what to name when asking for help.
import { Copy } from '../copy/view.tsx';
import { Icon } from '../icon/view.tsx';
import type { ProblemText } from './model.ts';

interface ProblemProps {
  readonly problem: ProblemText;
  /** Offered when the same may succeed later. */
  readonly onRetry?: () => void;
}

export const Problem = ({ problem, onRetry }: ProblemProps) => (
  <div className="problem" role="alert">
    <Icon name="warn" />
    <div>
      <p className="problem-what">{problem.what}</p>
      <p>
        <span className="quiet-text">Next:</span> {problem.next}
      </p>
      <p className="problem-ids">
        <code>{problem.code}</code>
        {problem.requestId !== null && (
          <>
            {' '}
            request <code>{problem.requestId}</code> <Copy text={problem.requestId} label="Copy id" />
          </>
        )}
      </p>
      {problem.retryable && onRetry !== undefined && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  </div>
);
