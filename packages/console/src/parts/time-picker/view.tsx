// The time range: a button that says it, and behind it presets and a field that takes what people type. Always UTC.
import { useId, useState } from 'react';
import type { TimeRange } from '../../url/time-range.ts';
import { useNow } from '../clock/clock.tsx';
import { Icon } from '../icon/view.tsx';
import { Popover } from '../popover/view.tsx';
import { preparePicker, presetsFor, readTyped } from './model.ts';

interface TimePickerProps {
  readonly range: TimeRange;
  /** Takes the canonical text, for the URL. */
  readonly onChange: (text: string) => void;
}

export function TimePicker({ range, onChange }: TimePickerProps) {
  const { label } = preparePicker(range);
  return (
    <Popover
      className="button time-button"
      name={`Time range: ${label}`}
      label={
        <>
          <Icon name="clock" />
          <span>{label}</span>
          <Icon name="down" />
        </>
      }
    >
      {(close) => (
        <Choices
          range={range}
          onChange={(text) => {
            onChange(text);
            close();
          }}
        />
      )}
    </Popover>
  );
}

function Choices({ range, onChange }: TimePickerProps) {
  const now = useNow();
  const id = useId();
  const [text, setText] = useState('');
  const typed = readTyped(text, now);
  return (
    <div className="time-picker">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.state === 'good') onChange(typed.range.text);
        }}
      >
        <label htmlFor={id}>Time range, UTC</label>
        <input
          id={id}
          className="field"
          value={text}
          placeholder="last 7 days, 2026-11-01..2026-11-15"
          autoComplete="off"
          spellCheck={false}
          aria-invalid={typed.state === 'bad'}
          aria-describedby={`${id}-says`}
          onChange={(event) => setText(event.target.value)}
        />
        <p id={`${id}-says`} className="time-says" data-state={typed.state} aria-live="polite">
          {typed.state === 'empty' ? preparePicker(range).span : typed.says}
        </p>
      </form>
      <ul className="presets">
        {presetsFor(range, now).map((preset) => (
          <li key={preset.text}>
            <button type="button" aria-pressed={preset.chosen} onClick={() => onChange(preset.text)}>
              {preset.label}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
