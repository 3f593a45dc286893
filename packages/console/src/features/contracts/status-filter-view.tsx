// Which contracts a list shows, by how far they bind: a draft, an offer and what is only reported stand apart from what is signed. Where
// all are of one status there is nothing to choose, and nothing is drawn.
import type { StatusChoice, StatusCounts } from './words.ts';

interface StatusFilterProps {
  /** What is listed: `contracts`. */
  readonly name: string;
  readonly chosen: StatusChoice;
  readonly counts: StatusCounts;
  readonly onChange: (status: StatusChoice) => void;
}

export const StatusFilter = ({ name, chosen, counts, onChange }: StatusFilterProps) =>
  counts.length === 0 ? null : (
    <label className="group-by">
      <span>Show {name}</span>
      <select className="field" value={chosen} onChange={(event) => onChange(event.target.value as StatusChoice)}>
        {counts.map(({ status, count }) => (
          <option key={status} value={status}>
            {status} ({count})
          </option>
        ))}
      </select>
    </label>
  );
