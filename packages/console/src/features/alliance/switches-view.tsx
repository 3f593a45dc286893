// The switches, beside the picture that they move: one box for each side.
import type { AllianceSearch } from '../../app/search-state.ts';
import { toggled, type SwitchText } from './switches.ts';

interface SwitchesProps {
  readonly switches: readonly SwitchText[];
  readonly search: AllianceSearch;
  readonly change: (search: Partial<AllianceSearch>) => void;
}

export function Switches({ switches, search, change }: SwitchesProps) {
  const beside = search.vs !== 'none';
  const any = search.with.length > 0 || (beside && search.vswith.length > 0);
  return (
    <section className="switches" aria-labelledby="switches-title">
      <header>
        <h2 id="switches-title">What may happen</h2>
        <button type="button" className="button quiet" disabled={!any} onClick={() => change({ with: [], vswith: [] })}>
          Clear
        </button>
      </header>
      {beside && (
        <p className="switches-sides" aria-hidden="true">
          <span>1st</span>
          <span>2nd</span>
        </p>
      )}
      <ul>
        {switches.map(({ name, title, what }) => (
          <li key={name} data-thrown={search.with.includes(name) || undefined}>
            <label>
              <input
                type="checkbox"
                checked={search.with.includes(name)}
                aria-label={beside ? `${title}, in the first` : title}
                onChange={() => change({ with: toggled(switches, search.with, name) })}
              />
              {!beside && <SwitchWords title={title} what={what} />}
            </label>
            {beside && (
              <label>
                <input
                  type="checkbox"
                  className="second-box"
                  checked={search.vswith.includes(name)}
                  aria-label={`${title}, in the second`}
                  onChange={() => change({ vswith: toggled(switches, search.vswith, name) })}
                />
                <SwitchWords title={title} what={what} />
              </label>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

const SwitchWords = ({ title, what }: { readonly title: string; readonly what: string }) => (
  <span>
    {title}
    <span className="switch-what">{what}</span>
  </span>
);
