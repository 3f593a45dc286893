// Joins routes, what a request would do now, and the view.
import { foreseenTexts, featuresOf, tagsOf, type Foreseen } from '../features/fleet/foresee.ts';
import { replayText, type Replayed } from '../features/fleet/replay.ts';
import type { ReplayState } from '../features/fleet/replay-view.tsx';
import { routesHeadline, routeText } from '../features/fleet/routes.ts';
import { RoutesView, type Foresight } from '../features/fleet/routes-view.tsx';
import { ON_SAMPLE } from '../url/mount.ts';
import { rangeOr } from '../url/time-range.ts';
import { usePageState } from './navigate.ts';
import { steadyRange } from './steady-range.ts';
import { useNow } from '../parts/clock/clock.tsx';
import { routesSearch } from './search-state.ts';
import { isWaiting, useAnswer, valueOf, type Asked } from './use-answer.ts';

const EMPTY = { what: 'The configuration in force names no route.', command: 'weighbridge config schema' };

export function RoutesPage() {
  const { value: search, change, hrefOf } = usePageState(routesSearch);
  const routes = useAnswer('routes', {}, 'clock');
  const keys = useAnswer('keys', { limit: 200 });
  const { key, model, session, tags, replay, under } = search;
  const question = {
    key,
    model,
    features: featuresOf(search.features),
    ...(session === '' ? {} : { session }),
    ...(tags === '' ? {} : { tags: tagsOf(tags) }),
  };
  const range = steadyRange(rangeOr(search.t, useNow()));
  const asked = key !== '' && model !== '';
  const replayed = useAnswer(
    'simulateRoute',
    replay === '' ? null : { route: replay, strategy: under, since: range.from, until: range.until },
  );
  const foreseen = useAnswer('foresee', asked ? question : null, 'clock');
  const known = valueOf(routes);
  return (
    <RoutesView
      still={ON_SAMPLE}
      headline={known === null ? null : routesHeadline(known)}
      problem={routes.state === 'problem' ? routes.problem : null}
      routes={known?.rows.map((row) => routeText(row, hrefOf)) ?? null}
      empty={EMPTY}
      keys={valueOf(keys)?.rows.map(({ name }) => name) ?? []}
      models={known?.rows.flatMap(({ id, aliases }) => [id, ...aliases]) ?? []}
      search={search}
      foresight={foresightOf(asked, foreseen)}
      replay={replayOf(replay !== '', replayed)}
      change={change}
      onRetry={routes.retry}
      busy={isWaiting(routes)}
    />
  );
}

function foresightOf(wanted: boolean, asked: Asked<Foreseen>): Foresight {
  if (!wanted) return { state: 'unasked' };
  if (asked.state === 'problem') return asked;
  if (isWaiting(asked) || asked.state === 'loading') return { state: 'asking' };
  return { state: 'ready', answers: foreseenTexts(asked.value) };
}

function replayOf(wanted: boolean, asked: Asked<Replayed>): ReplayState {
  if (!wanted) return { state: 'unasked' };
  if (asked.state === 'problem') return asked;
  if (isWaiting(asked) || asked.state === 'loading') return { state: 'asking' };
  return { state: 'ready', text: replayText(asked.value) };
}
