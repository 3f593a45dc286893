// Joins routes, what a request would do now, and the view.
import { foreseenTexts, featuresOf, type Foreseen } from '../features/fleet/foresee.ts';
import { routesHeadline, routeText } from '../features/fleet/model.ts';
import { RoutesView, type Foresight } from '../features/fleet/routes-view.tsx';
import { ON_SAMPLE } from '../url/mount.ts';
import { usePageState } from './navigate.ts';
import { routesSearch } from './search-state.ts';
import { isWaiting, useAnswer, valueOf, type Asked } from './use-answer.ts';

const EMPTY = { what: 'The configuration in force names no route.', command: 'weighbridge config schema' };

export function RoutesPage() {
  const { value: search, change, hrefOf } = usePageState(routesSearch);
  const routes = useAnswer('routes', {}, 'clock');
  const keys = useAnswer('keys', { limit: 200 });
  const asked = search.key !== '' && search.model !== '';
  const question = { key: search.key, model: search.model, features: featuresOf(search.features) };
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
