// The filter field: one line of `key:value` with completion, what was understood as chips below it, and each mistake with
// the way to mend it. Enter applies; the text lives in the URL.
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { Icon } from '../icon/view.tsx';
import { completeFilter, type Completion } from './completion.ts';
import { exampleOf, formatFilter, parseFilter, withoutTerm, type FilterKey } from './grammar.ts';

interface FilterBarProps {
  /** As it stands in the URL. */
  readonly text: string;
  readonly keys: readonly FilterKey[];
  readonly onChange: (text: string) => void;
  readonly label: string;
}

export function FilterBar({ text, keys, onChange, label }: FilterBarProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState(text);
  const [caret, setCaret] = useState(0);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  useEffect(() => setDraft(text), [text]);
  const offered = !open ? [] : completeFilter(draft, caret, keys);
  const { terms, problems } = parseFilter(draft, keys);
  const apply = (next: string) => {
    setDraft(next);
    setAt(-1);
    onChange(next.trim());
  };
  const accept = ({ text: next, caret: to }: Completion) => {
    setDraft(next);
    setCaret(to);
    setAt(-1);
    queueMicrotask(() => input.current?.setSelectionRange(to, to));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const chosen = offered[at];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      if (offered.length === 0) return;
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setAt((at + step + offered.length + (at < 0 && step < 0 ? 1 : 0)) % offered.length);
    } else if ((event.key === 'Tab' || event.key === 'Enter') && chosen !== undefined) {
      event.preventDefault();
      accept(chosen);
    } else if (event.key === 'Enter') {
      apply(draft);
      setOpen(false);
    } else if (event.key === 'Escape' && open) {
      event.preventDefault();
      setOpen(false);
    }
  };
  return (
    <div className="filter" role="search">
      <div className="filter-field">
        <Icon name="search" />
        <input
          ref={input}
          role="combobox"
          aria-label={label}
          aria-expanded={offered.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={at < 0 ? undefined : `${id}-${at}`}
          aria-describedby={`${id}-problems`}
          aria-invalid={problems.length > 0 && !open}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder={keys.slice(0, 3).map(exampleOf).join(' ')}
          data-filter
          value={draft}
          onChange={(event) => {
            setDraft(event.target.value);
            setCaret(event.target.selectionStart ?? event.target.value.length);
            setOpen(true);
            setAt(-1);
          }}
          onKeyDown={onKeyDown}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
          onClick={() => setOpen(true)}
          onBlur={() => {
            setOpen(false);
            if (draft.trim() !== text) apply(draft);
          }}
        />
        {draft !== '' && (
          <button type="button" className="button quiet square" aria-label="Clear the filter" onClick={() => apply('')}>
            <Icon name="cross" />
          </button>
        )}
        {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- of a combobox, whose options hold two texts */}
        <ul
          id={`${id}-list`}
          role="listbox"
          aria-label="Completions"
          className="filter-list"
          hidden={offered.length === 0}
        >
          {offered.map((completion, i) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys are those of the field
            <li
              key={completion.label}
              id={`${id}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === at}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => accept(completion)}
            >
              <code>{completion.label}</code> <span>{completion.about}</span>
            </li>
          ))}
        </ul>
      </div>
      {terms.length > 0 && (
        <ul className="chips" aria-label="Filters in force">
          {terms.map((term) => (
            <li key={term.start}>
              <span className="chip" data-negated={term.negated || undefined}>
                <code>{formatFilter([term])}</code>
                <button
                  type="button"
                  aria-label={`Remove ${formatFilter([term])}`}
                  onClick={() => apply(withoutTerm(draft, term))}
                >
                  <Icon name="cross" />
                </button>
              </span>
            </li>
          ))}
        </ul>
      )}
      <div id={`${id}-problems`} className="filter-problems" aria-live="polite">
        {!open &&
          problems.map(({ start, why, next }) => (
            <p key={start}>
              {why} {`${next.charAt(0).toUpperCase()}${next.slice(1)}.`}
            </p>
          ))}
      </div>
    </div>
  );
}
