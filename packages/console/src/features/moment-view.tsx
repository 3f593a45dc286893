// Chooses the moment that a page is shown for: a day that is typed, or one of a few.
import { useId, useState } from 'react';
import { useNow } from '../parts/clock/clock.tsx';
import { Icon } from '../parts/icon/view.tsx';
import { Popover } from '../parts/popover/view.tsx';
import { momentChoices, momentNote, readDay, type MomentChoice } from './moment.ts';

interface MomentProps {
  /** '' is now. */
  readonly at: string;
  readonly further?: readonly MomentChoice[];
  readonly onChange: (at: string) => void;
}

export const Moment = ({ at, further, onChange }: MomentProps) => (
  <Popover
    name={at === '' ? 'As of now; choose another day' : `As of ${at}; choose another day`}
    className="button time-button"
    label={
      <>
        <Icon name="clock" />
        <span>{at === '' ? 'As of now' : `As of ${at}`}</span>
        <Icon name="down" />
      </>
    }
  >
    {(close) => (
      <Chooser
        key={at}
        at={at}
        further={further ?? []}
        onChange={(next) => {
          close();
          onChange(next);
        }}
      />
    )}
  </Popover>
);

function Chooser({ at, further, onChange }: Required<MomentProps>) {
  const id = useId();
  const now = useNow();
  const [typed, setTyped] = useState(at);
  const bad = typed !== '' && readDay(typed) === null;
  return (
    <div className="time-picker">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!bad) onChange(typed);
        }}
      >
        <label htmlFor={id}>As it is at the end of this day, UTC</label>
        <input
          id={id}
          className="field"
          data-first
          value={typed}
          placeholder="2027-01-31"
          autoComplete="off"
          spellCheck={false}
          maxLength={10}
          aria-invalid={bad}
          aria-describedby={`${id}-says`}
          onChange={(event) => setTyped(event.target.value.trim())}
        />
        <p id={`${id}-says`} className="time-says" data-state={bad ? 'bad' : undefined} aria-live="polite">
          {bad ? 'Write a day: 2027-01-31.' : (momentNote(typed, now) ?? 'Empty: now.')}
        </p>
      </form>
      <ul className="presets">
        {momentChoices(now, further).map((choice) => (
          <li key={`${choice.title} ${choice.at}`}>
            <button type="button" aria-pressed={choice.at === at} onClick={() => onChange(choice.at)}>
              {choice.title}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
