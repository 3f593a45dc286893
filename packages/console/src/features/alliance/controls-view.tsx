// Which scenario, what beside it, under which seed; and how far the run is.
import { useId } from 'react';
import type { AllianceSearch } from '../../app/search-state.ts';
import { Choice } from '../choice-view.tsx';

export interface ControlsProps {
  readonly scenarios: readonly { readonly id: string; readonly title: string }[];
  readonly search: AllianceSearch;
  readonly change: (search: Partial<AllianceSearch>) => void;
  readonly status: string;
}

export function Controls({ scenarios, search, change, status }: ControlsProps) {
  const id = useId();
  const title = scenarios.find((one) => one.id === search.run)?.title;
  const names = scenarios.map((one) => one.id) as AllianceSearch['run'][];
  return (
    <>
      <div className="controls alliance-controls">
        <Choice
          label="scenario"
          chosen={search.run}
          choices={names.length === 0 ? [search.run] : names}
          onChange={(run) => change({ run, year: '' })}
        />
        <Choice
          label="side by side with"
          chosen={search.vs}
          choices={['none', ...names]}
          onChange={(vs) => change({ vs, vswith: [] })}
        />
        <label className="group-by" htmlFor={id}>
          <span>seed</span>
          <input
            id={id}
            className="field alliance-seed"
            inputMode="numeric"
            pattern="\d{1,9}"
            key={search.seed}
            defaultValue={search.seed}
            onBlur={({ target }) => {
              if (/^\d{1,9}$/.test(target.value) && target.value !== search.seed) change({ seed: target.value });
            }}
            onKeyDown={({ key, currentTarget }) => {
              if (key === 'Enter') currentTarget.blur();
            }}
          />
        </label>
        <p className="alliance-status" role="status">
          <span className="tag hatched">simulated</span> {status}
        </p>
      </div>
      <p className="section-note alliance-about">{title === undefined ? '\u00a0' : `${title}.`}</p>
    </>
  );
}
