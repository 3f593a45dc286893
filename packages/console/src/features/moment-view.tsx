// Chooses the moment that a page is shown for: a day that is typed, or one of a few. Any other than now is said, with the way back.
import { useId, useState } from 'react';
import { useNow } from '../parts/clock/clock.tsx';
import { Icon } from '../parts/icon/view.tsx';
import { Popover } from '../parts/popover/view.tsx';
import { dayFault, momentChoices, momentNote, type Ahead, type MomentChoice } from './moment.ts';

interface MomentProps {
  /** '' is now. */
  readonly at: string;
  readonly further?: readonly MomentChoice[];
  readonly ahead?: Ahead;
  readonly onChange: (at: string) => void;
}

/** The control with what is shown beside it, on a page whose sentence does not say it. */
export function MomentRow(props: MomentProps) {
  const note = momentNote(props.at, useNow());
  return (
    <div className="moment-row">
      <Moment {...props} />
      {note !== null && <p className="moment-note">{note}</p>}
    </div>
  );
}

export const Moment = (props: MomentProps) => (
  <div className="moment">
    <Choice {...props} />
    {props.at !== '' && (
      <button type="button" className="button quiet" onClick={() => props.onChange('')}>
        Back to now
      </button>
    )}
  </div>
);

const Choice = ({ at, further, ahead, onChange }: MomentProps) => (
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
        ahead={ahead ?? 'foretold'}
        onChange={(next) => {
          close();
          onChange(next);
        }}
      />
    )}
  </Popover>
);

function Chooser({ at, further, ahead, onChange }: Required<MomentProps>) {
  const id = useId();
  const now = useNow();
  const [typed, setTyped] = useState(at);
  const fault = dayFault(typed, now, ahead);
  return (
    <div className="time-picker">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (fault === null) onChange(typed);
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
          aria-invalid={fault !== null}
          aria-describedby={`${id}-says`}
          onChange={(event) => setTyped(event.target.value.trim())}
        />
        <p id={`${id}-says`} className="time-says" data-state={fault === null ? undefined : 'bad'} aria-live="polite">
          {fault ?? momentNote(typed, now) ?? 'Empty: now.'}
        </p>
      </form>
      <ul className="presets">
        {momentChoices(now, further, ahead).map((choice) => (
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
