// Every assumption as a control: a slider for its likely value, which takes its range along, and three fields for who wants the ends;
// where it came from, and the way back to what the file says.
import { useId, useState } from 'react';
import type { PlanRange } from '@weighbridge/protocol';
import type { ChoiceText, ControlText } from './controls.ts';
import { movedTo } from './moves.ts';
import { leadTo, placeOf } from './places.ts';

interface AssumptionsProps {
  readonly controls: readonly ControlText[];
  readonly choices: readonly ChoiceText[];
  readonly onMove: (id: string, range: PlanRange | null) => void;
  readonly onPick: (ids: readonly string[], value: string) => void;
  readonly onReset: () => void;
}

export function Assumptions({ controls, choices, onMove, onPick, onReset }: AssumptionsProps) {
  const [word, setWord] = useState('');
  const id = useId();
  const moved = [...controls, ...choices.filter(({ ids }) => ids.length === 1)].filter((each) => each.moved).length;
  const shown = controls.filter(({ title, key }) =>
    `${title} ${key}`.toLowerCase().includes(word.trim().toLowerCase()),
  );
  return (
    <section className="assumptions" aria-labelledby={`${id}-title`}>
      <header>
        <h2 id={`${id}-title`}>Assumptions</h2>
        <button type="button" className="button quiet" disabled={moved === 0} onClick={onReset}>
          As written
        </button>
      </header>
      <div className="plan-choices">
        {choices.map((choice) => (
          <Choice key={choice.key} choice={choice} onPick={onPick} />
        ))}
      </div>
      <button type="button" className="button quiet plan-skip" onClick={() => leadTo(AFTER)}>
        Go past the assumptions
      </button>
      <label className="assumptions-find">
        <span className="quiet-text">
          {shown.length} of {controls.length}
          {moved > 0 ? `, ${moved} changed` : ''}
        </span>
        <input
          className="field"
          type="search"
          placeholder="Find an assumption"
          aria-label="Find an assumption"
          value={word}
          onChange={({ target }) => setWord(target.value)}
        />
      </label>
      <ul className="assumption-list" tabIndex={0} aria-label="Assumptions">
        {shown.length === 0 && <li className="quiet-text">No assumption has this word in its name.</li>}
        {shown.map((control) => (
          <Assumption key={control.key} text={control} onMove={onMove} />
        ))}
      </ul>
      <span id={AFTER} tabIndex={-1} />
    </section>
  );
}

const AFTER = placeOf('part', 'after-assumptions');

interface ChoiceProps {
  readonly choice: ChoiceText;
  readonly onPick: AssumptionsProps['onPick'];
}

const Choice = ({ choice: { key, ids, title, value, moved, options }, onPick }: ChoiceProps) => (
  <label className="plan-choice" data-moved={moved || undefined} id={placeOf('choice', key)}>
    <span>{title}</span>
    <select className="field" data-led value={value} onChange={({ target }) => onPick(ids, target.value)}>
      {value === '' && (
        <option value="" disabled>
          not all alike
        </option>
      )}
      {options.map((option) => (
        <option key={option.id} value={option.id}>
          {option.title}
        </option>
      ))}
    </select>
  </label>
);

interface AssumptionProps {
  readonly text: ControlText;
  readonly onMove: AssumptionsProps['onMove'];
}

const ENDS = ['low', 'likely', 'high'] as const;

function Assumption({ text, onMove }: AssumptionProps) {
  const { key, title, unit, control, moved, now, stated, source, meaning, slide } = text;
  const { range, least, most } = control;
  // While a slider is held it shows where it is; the address changes when it is let go.
  const [held, setHeld] = useState<number | null>(null);
  const fixed = range.low === range.high;
  const send = (next: PlanRange): void => onMove(key, same(next, control.stated) ? null : next);
  const letGo = (): void => {
    if (held !== null && held !== range.likely) send(movedTo(control.stated, held, least, most));
    setHeld(null);
  };
  return (
    <li className="assumption" data-moved={moved || undefined} id={placeOf('control', key)}>
      <div className="assumption-head">
        <span>{title}</span>
        <span className="assumption-now">{now}</span>
        {moved && (
          <button
            type="button"
            className="button quiet"
            onClick={() => onMove(key, null)}
            aria-label={`back to ${stated}: ${title} as written`}
          >
            back to {stated}
          </button>
        )}
      </div>
      <input
        type="range"
        aria-label={`${title}, likely value`}
        aria-valuetext={`${held ?? range.likely} ${unit}`}
        min={slide.from}
        max={slide.to}
        step={slide.step}
        value={held ?? range.likely}
        onChange={({ target }) => setHeld(Number(target.value))}
        onPointerUp={letGo}
        onKeyUp={letGo}
        onBlur={letGo}
      />
      <div className="assumption-ends">
        {ENDS.filter((end) => !fixed || end === 'likely').map((end) => (
          <End key={end} end={end} title={title} range={range} least={least} most={most} onChange={send} />
        ))}
        <span className="assumption-unit">{unit}</span>
      </div>
      {meaning !== '' && <p className="assumption-meaning">{meaning}</p>}
      <p className="assumption-source">{source}</p>
    </li>
  );
}

const same = (a: PlanRange, b: PlanRange): boolean => a.low === b.low && a.likely === b.likely && a.high === b.high;

interface EndProps {
  readonly end: (typeof ENDS)[number];
  readonly title: string;
  readonly range: PlanRange;
  readonly least: number;
  readonly most: number | null;
  readonly onChange: (range: PlanRange) => void;
}

/** A field that is left with what cannot be says so, and nothing is sent. */
function End({ end, title, range, least, most, onChange }: EndProps) {
  const [fault, setFault] = useState('');
  const id = useId();
  const fixed = range.low === range.high;
  const take = (given: string): void => {
    const value = Number(given);
    const next = fixed ? { low: value, likely: value, high: value } : { ...range, [end]: value };
    const wrong = faultOf(given, next, least, most);
    setFault(wrong);
    if (wrong === '' && value !== range[end]) onChange(next);
  };
  return (
    <label>
      <span>{end}</span>
      <input
        className="field"
        inputMode="decimal"
        data-led={end === 'likely' || undefined}
        aria-label={`${title}, ${end}`}
        aria-invalid={fault !== '' || undefined}
        aria-describedby={fault === '' ? undefined : id}
        key={range[end]}
        defaultValue={range[end]}
        onBlur={({ target }) => take(target.value)}
        onKeyDown={({ key, currentTarget }) => {
          if (key === 'Enter') take(currentTarget.value);
        }}
      />
      {fault !== '' && (
        <span id={id} className="assumption-fault" role="alert">
          {fault}
        </span>
      )}
    </label>
  );
}

function faultOf(given: string, { low, likely, high }: PlanRange, least: number, most: number | null): string {
  if (given.trim() === '' || ![low, likely, high].every(Number.isFinite)) return 'write a number';
  if (!(low <= likely && likely <= high)) return 'keep low, likely and high in order';
  if (low < least) return `write ${least} or more`;
  return most !== null && high > most ? `write ${most} or less` : '';
}
