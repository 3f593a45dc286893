// The way to one's own estate, beside the place for a file, and what the instance does not know of it.
import { Problem } from '../../parts/problem/view.tsx';
import type { EstateText } from './own-estate.ts';

export interface OwnEstateProps {
  readonly estate: EstateText;
  readonly estateBusy: boolean;
  readonly onEstate: () => void;
  /** The file that was written, to be corrected and dropped here again; null: there is none. */
  readonly onSaveEstate: (() => void) | null;
}

export const OwnEstateWay = ({ estate, estateBusy, onEstate, onSaveEstate }: OwnEstateProps) => (
  <div className="plan-estate">
    <div>
      <button type="button" className="button" disabled={estateBusy} onClick={onEstate}>
        Your own estate
      </button>
      {onSaveEstate !== null && (
        <button type="button" className="button quiet" onClick={onSaveEstate}>
          Save its file
        </button>
      )}
      <span className="quiet-text" role="status" aria-label="Your own estate">
        {estate.says}
      </span>
    </div>
    {estate.problem !== null && <Problem problem={estate.problem} onRetry={onEstate} />}
    {estate.unknown.length > 0 && (
      <details open>
        <summary>What this instance does not know of it: {estate.unknown.length}</summary>
        <ul>
          {estate.unknown.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        <p className="section-note">Save its file, write down what you know better, and drop it below.</p>
      </details>
    )}
  </div>
);
