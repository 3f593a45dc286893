// Routes, drawn: what a request would do now, and below it every route with its candidates.
import { useId, useState } from 'react';
import type { RoutesSearch } from '../../app/search-state.ts';
import { Empty } from '../../parts/empty/view.tsx';
import type { EmptyText } from '../../parts/data-table/model.ts';
import { Icon } from '../../parts/icon/view.tsx';
import { Plain } from '../../parts/plain-table/view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import { PageHead } from '../page-head-view.tsx';
import type { ForeseenText } from './foresee.ts';
import type { Headline } from '../headline.ts';
import type { RouteText } from './model.ts';

export type Foresight =
  | { readonly state: 'unasked' }
  | { readonly state: 'asking' }
  | { readonly state: 'problem'; readonly problem: ProblemText }
  | { readonly state: 'ready'; readonly answers: readonly ForeseenText[] };

export interface RoutesViewProps {
  /** Whether no instance runs on this log: nobody would take a request. */
  readonly still: boolean;
  readonly headline: Headline | null;
  readonly problem: ProblemText | null;
  /** Null while they are being read. */
  readonly routes: readonly RouteText[] | null;
  readonly empty: EmptyText;
  /** Names to offer: of keys in force, and of what may be asked for. */
  readonly keys: readonly string[];
  readonly models: readonly string[];
  readonly search: RoutesSearch;
  readonly foresight: Foresight;
  readonly change: (search: Partial<RoutesSearch>) => void;
  readonly onRetry: () => void;
  readonly busy: boolean;
}

export function RoutesView(props: RoutesViewProps) {
  const { still, headline, problem, routes, empty, search, foresight, onRetry, busy } = props;
  const { key, model, features } = search;
  return (
    <div className="page" aria-busy={busy}>
      <PageHead {...headline} />
      {problem !== null && <Problem problem={problem} onRetry={onRetry} />}
      {!still && (
        <section className="foresee" aria-labelledby="foresee-title">
          <h2 id="foresee-title">What would a request do now?</h2>
          <p className="section-note">
            The lanes decide as they would for a real call: policy, health and capacity of this moment. Nothing is sent.
          </p>
          <Ask key={`${key}\n${model}\n${features}`} {...props} />
          <ForesightView foresight={foresight} />
        </section>
      )}
      {routes?.length === 0 && <Empty {...empty} />}
      <div className="routes">
        {(routes ?? []).map((route) => (
          <RouteView key={route.id} route={route} onAsk={still ? null : () => props.change({ model: route.id })} />
        ))}
      </div>
    </div>
  );
}

function Ask({ keys, models, search, change }: RoutesViewProps) {
  const id = useId();
  const [typed, setKey] = useState(search.key === '' ? null : search.key);
  const key = typed ?? keys[0] ?? '';
  const [model, setModel] = useState(search.model);
  const [features, setFeatures] = useState(search.features);
  return (
    <form
      className="ask"
      onSubmit={(event) => {
        event.preventDefault();
        change({ key: key.trim(), model: model.trim(), features: features.trim() });
      }}
    >
      <Field id={`${id}-key`} label="Key" value={key} onChange={setKey} offered={keys} placeholder="name or id" />
      <Field
        id={`${id}-model`}
        label="Model asked for"
        value={model}
        onChange={setModel}
        offered={models}
        placeholder={models[0] ?? 'a route or one of its other names'}
      />
      <Field
        id={`${id}-features`}
        label="Features"
        value={features}
        onChange={setFeatures}
        offered={[]}
        placeholder="none; or tools, images"
      />
      <button type="submit" className="button primary" disabled={key.trim() === '' || model.trim() === ''}>
        Foresee
      </button>
    </form>
  );
}

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly offered: readonly string[];
  readonly onChange: (value: string) => void;
}

const Field = ({ id, label, value, placeholder, offered, onChange }: FieldProps) => (
  <label htmlFor={id} className="labelled">
    <span>{label}</span>
    <input
      id={id}
      className="field"
      value={value}
      placeholder={placeholder}
      list={`${id}-offered`}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
    />
    <datalist id={`${id}-offered`}>
      {offered.map((one) => (
        <option key={one} value={one} />
      ))}
    </datalist>
  </label>
);

function ForesightView({ foresight }: { readonly foresight: Foresight }) {
  if (foresight.state === 'unasked') return null;
  if (foresight.state === 'asking')
    return <span className="skeleton headline-skeleton" role="status" aria-label="The lanes are being asked" />;
  if (foresight.state === 'problem') return <Problem problem={foresight.problem} />;
  return (
    <div className="foreseen" aria-live="polite">
      {foresight.answers.map(({ key, lanes, tone, sentence, next, candidates }) => (
        <div key={key} className="foreseen-answer">
          <p className="foreseen-sentence" data-tone={tone}>
            <Icon name={tone === 'good' ? 'check' : 'warn'} />
            <span>
              {sentence} <span className="quiet-text">{lanes}.</span>
              {next !== null && <span className="foreseen-next">Next: {next}</span>}
            </span>
          </p>
          {candidates.length > 0 && (
            <Plain
              name={`Candidates, ${lanes.toLowerCase()}`}
              head={['Deployment', 'Verdict', 'First>', 'Why']}
              rows={candidates.map((one) => ({
                key: one.deployment,
                cells: [
                  one.deployment,
                  <Tag key="verdict" tone={one.tone}>
                    {one.verdict}
                  </Tag>,
                  one.chance === '' ? null : one.chance,
                  one.why,
                ],
              }))}
            />
          )}
        </div>
      ))}
    </div>
  );
}

const RouteView = ({ route, onAsk }: { readonly route: RouteText; readonly onAsk: (() => void) | null }) => (
  <section className="route" aria-label={`Route ${route.id}`}>
    <header>
      <h2>{route.id}</h2>
      <p className="section-note">{route.names}</p>
      {onAsk !== null && (
        <button type="button" className="button quiet" onClick={onAsk}>
          Ask for it
        </button>
      )}
    </header>
    <div className="route-columns">
      <div>
        <h3>Candidates, {route.how}</h3>
        <ol className="candidates">
          {route.candidates.map(({ deployment, order, state, href }) => (
            <li key={deployment}>
              <span className="candidate-order">{order}</span>
              <a href={href}>{deployment}</a>
              <Tag tone={state.tone}>{state.text}</Tag>
            </li>
          ))}
        </ol>
      </div>
      <dl className="facts">
        {route.facts.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  </section>
);
