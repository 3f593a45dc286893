// A route's past calls under another strategy, drawn: a form of two choices, and a table of what was beside what would be.
import { useId, useState } from 'react';
import { STRATEGIES, type StrategyName } from '@weighbridge/protocol';
import { Plain } from '../../parts/plain-table/view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import type { ReplayText } from './replay.ts';

export type ReplayState =
  | { readonly state: 'unasked' }
  | { readonly state: 'asking' }
  | { readonly state: 'problem'; readonly problem: ProblemText }
  | { readonly state: 'ready'; readonly text: ReplayText };

interface ReplayProps {
  readonly routes: readonly string[];
  readonly route: string;
  readonly under: StrategyName;
  readonly replay: ReplayState;
  readonly onAsk: (route: string, under: StrategyName) => void;
}

export function ReplayView({ routes, route, under, replay, onAsk }: ReplayProps) {
  const id = useId();
  const [chosen, setChosen] = useState(route);
  const [strategy, setStrategy] = useState(under);
  const asked = chosen === '' ? (routes[0] ?? '') : chosen;
  return (
    <section className="foresee" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>
        What would another strategy have done? <Tag tone="quiet">simulated</Tag>
      </h2>
      <p className="section-note">Receipts of the period are routed again. Nothing is sent.</p>
      <form
        className="ask"
        onSubmit={(event) => {
          event.preventDefault();
          onAsk(asked, strategy);
        }}
      >
        <Pick id={`${id}-route`} label="Route" value={asked} choices={routes} onChange={setChosen} />
        <Pick
          id={`${id}-under`}
          label="Strategy"
          value={strategy}
          choices={STRATEGIES}
          onChange={(name) => setStrategy(name)}
        />
        <button type="submit" className="button" disabled={asked === ''}>
          Simulate
        </button>
      </form>
      <ReplayAnswer replay={replay} />
    </section>
  );
}

interface PickProps<C extends string> {
  readonly id: string;
  readonly label: string;
  readonly value: C;
  readonly choices: readonly C[];
  readonly onChange: (choice: C) => void;
}

const Pick = <C extends string>({ id, label, value, choices, onChange }: PickProps<C>) => (
  <label htmlFor={id} className="labelled">
    <span>{label}</span>
    <select id={id} className="field" value={value} onChange={(event) => onChange(event.target.value as C)}>
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {choice.replaceAll('_', ' ')}
        </option>
      ))}
    </select>
  </label>
);

function ReplayAnswer({ replay }: { readonly replay: ReplayState }) {
  if (replay.state === 'unasked') return null;
  if (replay.state === 'asking')
    return <span className="skeleton headline-skeleton" role="status" aria-label="Receipts are being read" />;
  if (replay.state === 'problem') return <Problem problem={replay.problem} />;
  const { sentence, note, rows, unknown } = replay.text;
  return (
    <div className="foreseen-answer" aria-live="polite">
      <p>{sentence}</p>
      <p className="section-note">{note}</p>
      <Plain
        name="What was, and what would have been (simulated)"
        head={['Figure', 'Was>', 'Simulated>', 'Nine of ten samples>']}
        rows={rows.map(({ what, was, would, range }) => ({
          key: what,
          cells: [what, was, would, range === '' ? null : range],
        }))}
      />
      <ul className="replay-unknown">
        {unknown.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </div>
  );
}
