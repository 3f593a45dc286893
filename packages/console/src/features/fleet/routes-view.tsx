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
import { ReplayView, type ReplayState } from './replay-view.tsx';
import type { RouteText } from './routes.ts';

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
  readonly replay: ReplayState;
  readonly change: (search: Partial<RoutesSearch>) => void;
  readonly onRetry: () => void;
  readonly busy: boolean;
}

export function RoutesView(props: RoutesViewProps) {
  const { still, headline, problem, routes, empty, search, foresight, onRetry, busy } = props;
  const { key, model, features, session, tags } = search;
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
          <Ask key={[key, model, features, session, tags].join('\n')} {...props} />
          <ForesightView foresight={foresight} />
        </section>
      )}
      {routes?.length === 0 && <Empty {...empty} />}
      <div className="routes">
        {(routes ?? []).map((route) => (
          <RouteView key={route.id} route={route} onAsk={still ? null : () => props.change({ model: route.id })} />
        ))}
      </div>
      {routes !== null && routes.length > 0 && (
        <ReplayView
          key={`${search.replay}\n${search.under}`}
          routes={routes.map(({ id }) => id)}
          route={search.replay}
          under={search.under}
          replay={props.replay}
          onAsk={(replay, under) => props.change({ replay, under })}
        />
      )}
    </div>
  );
}

function Ask({ keys, models, search, change }: RoutesViewProps) {
  const id = useId();
  const [typed, setKey] = useState(search.key === '' ? null : search.key);
  const key = typed ?? keys[0] ?? '';
  const [model, setModel] = useState(search.model);
  const [features, setFeatures] = useState(search.features);
  const [session, setSession] = useState(search.session);
  const [tags, setTags] = useState(search.tags);
  return (
    <form
      className="ask ask-many"
      onSubmit={(event) => {
        event.preventDefault();
        change({
          key: key.trim(),
          model: model.trim(),
          features: features.trim(),
          session: session.trim(),
          tags: tags.trim(),
        });
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
      <Field
        id={`${id}-session`}
        label="Session"
        value={session}
        onChange={setSession}
        offered={[]}
        placeholder="nobody in particular"
      />
      <Field
        id={`${id}-tags`}
        label="Tags"
        value={tags}
        onChange={setTags}
        offered={[]}
        placeholder="none; or task=summarise"
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
    <Path route={route} />
    <Candidates route={route} />
    <dl className="facts">
      {route.facts.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  </section>
);

/** In the order in which they are evaluated; a copy stands beside the way. */
const Path = ({ route: { id, path } }: { readonly route: RouteText }) => (
  <ol className="route-path" aria-label={`What becomes of a call on ${id}`}>
    {path.map(({ key, title, text, marks, kind }) => (
      <li key={key} data-kind={kind}>
        <h3>{title}</h3>
        {marks.length > 0 && (
          <ul>
            {marks.map(({ name, state, part }) => (
              <li key={name}>
                <span className="path-state" data-tone={state?.tone} title={state?.text} />
                <span className="path-name">{name}</span>
                {part !== null && (
                  <span className="first-bar" aria-hidden="true">
                    <span style={{ width: `${part * 100}%` }} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        )}
        <p>{text}</p>
      </li>
    ))}
  </ol>
);

const Candidates = ({ route }: { readonly route: RouteText }) => (
  <Plain
    name={`Candidates of ${route.id}`}
    head={['Order', 'Candidate', 'State', 'First now>', 'In flight>', 'First token>', 'From cache>', 'There for']}
    rows={route.candidates.map((one) => ({
      key: one.deployment,
      cells: [
        one.order,
        <span key="candidate" className="candidate-name">
          <a href={one.href}>{one.deployment}</a>
          {one.marks.map((mark) => (
            <Tag key={mark} tone="quiet">
              {mark}
            </Tag>
          ))}
        </span>,
        <Tag key="state" tone={one.state.tone}>
          {one.state.text}
        </Tag>,
        one.part === null ? null : (
          <span key="first" className="first-now">
            <span className="first-bar" aria-hidden="true">
              <span style={{ width: `${one.part * 100}%` }} />
            </span>
            {one.first}
          </span>
        ),
        one.inFlight,
        one.wait === '' ? null : one.wait,
        one.cache === '' ? null : one.cache,
        one.there,
      ],
    }))}
  />
);
