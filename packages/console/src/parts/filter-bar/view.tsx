// The filter field: one line of `key:value` with completion, what was understood as chips below it, and each mistake with
// the way to mend it. Enter applies; the text lives in the URL.
import { useId, useRef, type RefObject } from 'react';
import { Icon } from '../icon/view.tsx';
import {
  exampleOf,
  formatFilter,
  parseFilter,
  withoutTerm,
  type FilterKey,
  type FilterProblem,
  type PlacedTerm,
} from '@weighbridge/protocol';
import { useFilterField, type FilterField } from './use-filter.ts';

interface FilterBarProps {
  /** As it stands in the URL. */
  readonly text: string;
  readonly keys: readonly FilterKey[];
  readonly onChange: (text: string) => void;
  readonly label: string;
  /** Whether words without a key find something; else they are said to find nothing. */
  readonly words?: boolean;
}

export function FilterBar({ text, keys, onChange, label, words = true }: FilterBarProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const field = useFilterField(input, text, keys, onChange);
  const { terms, problems } = parseFilter(field.draft, keys);
  const shown = field.open ? [] : [...problems, ...(words ? [] : terms.flatMap(withoutKey))];
  return (
    <div className="filter" role="search">
      <div className="filter-field">
        <Icon name="search" />
        <Field id={id} input={input} field={field} label={label} hint={hintOf(keys)} bad={shown.length > 0} />
        {field.draft !== '' && (
          <button
            type="button"
            className="button quiet square"
            aria-label="Clear the filter"
            onClick={() => field.apply('')}
          >
            <Icon name="cross" />
          </button>
        )}
        <Completions id={id} field={field} />
      </div>
      <Chips terms={terms} onRemove={(term) => field.apply(withoutTerm(field.draft, term))} />
      <Problems id={id} problems={shown} />
    </div>
  );
}

const withoutKey = ({ key, values, start, end }: PlacedTerm): FilterProblem[] =>
  key === null
    ? [
        {
          start,
          end,
          why: `"${values[0] ?? ''}" filters nothing here: sums are kept by key, not by word.`,
          next: 'write key:value, or look for the word in Calls',
        },
      ]
    : [];

/** Keys whose example says something: a value that there is, a figure. */
function hintOf(keys: readonly FilterKey[]): string {
  const telling = keys.filter(({ kind, values = [] }) => kind !== 'text' || values.length > 0);
  return (telling.length === 0 ? keys.slice(0, 1) : telling.slice(0, 3)).map(exampleOf).join(' ');
}

interface FieldProps {
  readonly id: string;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly field: FilterField;
  readonly label: string;
  /** What may be written, by example. */
  readonly hint: string;
  readonly bad: boolean;
}

const Field = ({ id, input, field, label, hint, bad }: FieldProps) => (
  <input
    ref={input}
    role="combobox"
    aria-label={label}
    aria-expanded={field.offered.length > 0}
    aria-controls={`${id}-list`}
    aria-activedescendant={field.at < 0 ? undefined : `${id}-${field.at}`}
    aria-describedby={`${id}-problems`}
    aria-invalid={bad}
    aria-autocomplete="list"
    autoComplete="off"
    spellCheck={false}
    placeholder={hint}
    data-filter
    value={field.draft}
    onChange={({ target }) => field.type(target.value, target.selectionStart ?? target.value.length)}
    onKeyDown={field.onKeyDown}
    onSelect={({ currentTarget }) => field.moveCaret(currentTarget.selectionStart ?? 0)}
    onClick={field.show}
    onBlur={field.leave}
  />
);

const Completions = ({ id, field }: { readonly id: string; readonly field: FilterField }) => (
  <ul
    id={`${id}-list`}
    role="listbox"
    aria-label="Completions"
    className="filter-list"
    hidden={field.offered.length === 0}
  >
    {field.offered.map((completion, i) => (
      // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys are those of the field
      <li
        key={completion.label}
        id={`${id}-${i}`}
        role="option"
        tabIndex={-1}
        aria-selected={i === field.at}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => field.accept(completion)}
      >
        <code>{completion.label}</code> <span>{completion.about}</span>
      </li>
    ))}
  </ul>
);

interface ChipsProps {
  readonly terms: readonly PlacedTerm[];
  readonly onRemove: (term: PlacedTerm) => void;
}

function Chips({ terms, onRemove }: ChipsProps) {
  if (terms.length === 0) return null;
  return (
    <ul className="chips" aria-label="Filters in force">
      {terms.map((term) => (
        <li key={term.start}>
          <span className="chip" data-negated={term.negated || undefined}>
            <code>{formatFilter([term])}</code>
            <button type="button" aria-label={`Remove ${formatFilter([term])}`} onClick={() => onRemove(term)}>
              <Icon name="cross" />
            </button>
          </span>
        </li>
      ))}
    </ul>
  );
}

const Problems = ({ id, problems }: { readonly id: string; readonly problems: readonly FilterProblem[] }) => (
  <div id={`${id}-problems`} className="filter-problems" aria-live="polite">
    {problems.map(({ start, why, next }) => (
      <p key={start}>
        {why} {`${next.charAt(0).toUpperCase()}${next.slice(1)}.`}
      </p>
    ))}
  </div>
);
