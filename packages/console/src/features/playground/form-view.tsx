// What is asked, of which models, for whom. Ctrl Enter asks from where it is written.
import { useId, type KeyboardEvent, type ReactNode } from 'react';
import { PLAY_COLUMNS_MOST } from '@weighbridge/protocol';
import { Icon } from '../../parts/icon/view.tsx';
import type { ChoiceText, PlayForm } from './model.ts';
import type { PlaygroundViewProps } from './view-props.ts';

type FormProps = Omit<PlaygroundViewProps, 'form'> & { readonly form: PlayForm };

export function AskForm(props: FormProps) {
  const { form, draft, ready, runs, onDraft, onAsk, onStop } = props;
  const running = runs.some((run) => run.running);
  const asks = ready && !running;
  const withKeys = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (asks) onAsk();
  };
  return (
    <form
      className="play-form"
      aria-label="What is asked"
      onSubmit={(event) => {
        event.preventDefault();
        if (asks) onAsk();
      }}
    >
      <Models {...props} />
      <TextArea
        label="System prompt"
        rows={2}
        value={draft.system}
        placeholder="none"
        onChange={(system) => onDraft({ system })}
        onKeyDown={withKeys}
      />
      <TextArea
        label="Prompt"
        rows={4}
        value={draft.prompt}
        placeholder="What all of them are asked"
        onChange={(prompt) => onDraft({ prompt })}
        onKeyDown={withKeys}
      />
      <Bounds {...props} />
      <p className="play-buttons">
        {running ? (
          <button type="button" className="button" onClick={() => onStop()}>
            <Icon name="cross" />
            Stop
          </button>
        ) : (
          <button type="submit" className="button primary" disabled={!ready}>
            {form.models.length === 1 ? 'Ask' : `Ask all ${form.models.length}`}
          </button>
        )}
        <span className="section-note">
          <kbd>Ctrl</kbd> <kbd>Enter</kbd> asks. {form.counted}
        </span>
      </p>
    </form>
  );
}

const PLACES = ['first', 'second', 'third'] as const satisfies { readonly length: typeof PLAY_COLUMNS_MOST };

function Models({ form, change }: FormProps) {
  const { models } = form;
  const set = (at: number, model: string): void => change({ models: models.map((one, i) => (i === at ? model : one)) });
  return (
    <div className="play-models">
      <Pick label="Speaks for" value={form.as} choices={form.asChoices} onChange={(as) => change({ as })} />
      {models.map((model, at) => (
        // Two columns may ask for the same model: they are told apart by their place.
        <span key={PLACES[at]} className="play-model">
          <Pick
            label={`Model ${at + 1}`}
            value={model}
            choices={form.modelChoices.map((name) => ({ value: name, text: name }))}
            onChange={(name) => set(at, name)}
          />
          {models.length > 1 && (
            <button
              type="button"
              className="button quiet square"
              aria-label={`Take out model ${at + 1}`}
              onClick={() => change({ models: models.filter((_, i) => i !== at) })}
            >
              <Icon name="cross" />
            </button>
          )}
        </span>
      ))}
      {form.more && (
        <button
          type="button"
          className="button"
          onClick={() => {
            const free = form.modelChoices.find((name) => !models.includes(name)) ?? form.modelChoices[0] ?? '';
            change({ models: [...models, free].slice(0, PLAY_COLUMNS_MOST) });
          }}
        >
          Another model
        </button>
      )}
    </div>
  );
}

const Bounds = ({ chosen, change }: FormProps) => (
  <div className="play-bounds">
    <NumberField
      label="Output tokens at most"
      value={chosen.max}
      min={1}
      max={999_999}
      step={1}
      placeholder="the route's own"
      onChange={(max) => change({ max })}
    />
    <NumberField
      label="Temperature"
      value={chosen.temperature}
      min={0}
      max={2}
      step={0.01}
      placeholder="the model's own"
      onChange={(temperature) => change({ temperature })}
    />
  </div>
);

interface PickProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly ChoiceText[];
  readonly onChange: (value: string) => void;
}

const Pick = ({ label, value, choices, onChange }: PickProps) => (
  <Labelled label={label}>
    {(id) => (
      <select id={id} className="field" value={value} onChange={(event) => onChange(event.target.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.text}
          </option>
        ))}
      </select>
    )}
  </Labelled>
);

interface LabelledProps {
  readonly label: string;
  readonly children: (id: string) => ReactNode;
}

/** What stands in a field would be taken for a part of the name of a label around it: the label stands before it. */
function Labelled({ label, children }: LabelledProps) {
  const id = useId();
  return (
    <div className="labelled">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}

interface TextAreaProps {
  readonly label: string;
  readonly rows: number;
  readonly value: string;
  readonly placeholder: string;
  readonly onChange: (value: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

const TextArea = ({ label, onChange, ...field }: TextAreaProps) => (
  <Labelled label={label}>
    {(id) => <textarea id={id} className="field" {...field} onChange={(event) => onChange(event.target.value)} />}
  </Labelled>
);

interface NumberProps {
  readonly label: string;
  readonly value: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly placeholder: string;
  readonly onChange: (value: string) => void;
}

const NumberField = ({ label, onChange, ...field }: NumberProps) => (
  <Labelled label={label}>
    {(id) => (
      <input id={id} className="field" type="number" {...field} onChange={(event) => onChange(event.target.value)} />
    )}
  </Labelled>
);
