// Groups of `model_list` as routes: in what order candidates come, who stands in for them, how long is waited. A group that stands
// in for another is behind it with a weight of 0, or in an arm that nobody is in: both come only when the others failed.
import type { DocumentPath } from '@weighbridge/document';
import type { StrategyName } from '@weighbridge/protocol';
import type { Candidate, Fields } from '../draft.ts';
import type { Work } from '../enter-deployment.ts';
import type { Settings } from '../settings.ts';
import { numberOf, slugOf, truthOf, listOf, textOf, wholeWeights } from '../values.ts';
import type { StandIns } from './fallbacks.ts';
import type { Group, Member, Models } from './models.ts';
import { firstOf } from './settings-above.ts';

/** What holds of every route, read once. */
export interface RouteWide {
  readonly strategy: StrategyName;
  readonly retries: number | undefined;
  readonly totalMs: number | undefined;
  readonly firstTokenMs: number | undefined;
  readonly betweenTokensMs: number | undefined;
  readonly drop: boolean;
  readonly byTag: boolean;
  readonly cache: Fields | undefined;
}

const CANDIDATES_MOST = 64;
const ATTEMPTS_MOST = 6;

/** Writes the routes; resolves with their ids by the names of the groups. */
export function writeRoutes(
  settings: Settings,
  work: Work,
  models: Models,
  wide: RouteWide,
  standIns: StandIns,
): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  // A name that is good as it is belongs to the group that has it.
  const plain = new Set([...models.groups.keys()].filter((name) => name === slugOf(name)));
  for (const group of models.groups.values()) {
    const fields = routeOf(settings, group, wide, standIns.of(group.name));
    const near = slugOf(group.name.replace(/\*$/, ''));
    const slug = near !== group.name && plain.has(near) ? `${near}-named` : near;
    if (slug !== group.name) fields['aliases'] = [group.name];
    const { aliases, ...rest } = fields;
    const from = `${settings.file}, lines ${group.lines.join(', ')}: model_name ${group.name}`;
    const id = work.draft.route(slug, { fields: aliases === undefined ? rest : { aliases, ...rest }, from });
    ids.set(group.name, id);
    for (const path of group.names)
      if (id === group.name) settings.carried(path, `routes.${id}`);
      else
        settings.changed(
          path,
          `routes.${id}.aliases`,
          'its name has signs that a route here has not: callers go on using it as an alias',
        );
    if ((fields['candidates'] as unknown[]).length === CANDIDATES_MOST)
      work.notes.push(`routes.${id}: only the first ${CANDIDATES_MOST} candidates are written`);
    tellRoute(settings, group, id, wide);
  }
  return ids;
}

function routeOf(settings: Settings, group: Group, wide: RouteWide, standing: readonly string[]): Fields {
  const order = orderOf(group);
  const first = order.filter((member) => tierOf(member) === tierOf(order[0] as Member));
  const strategy: StrategyName = first.length === 1 && wide.strategy !== 'sticky' ? 'priority' : wide.strategy;
  const weights = wholeWeights(weightsOf(first));
  const behind = [
    ...order.slice(first.length).map((member) => ({ deployment: member.deployment, when: whenOf(member, wide) })),
    ...standing
      .filter((id) => !order.some(({ deployment }) => deployment === id))
      .map((deployment) => ({ deployment, when: undefined })),
  ];
  const inArms = behind.length > 0 && (strategy === 'fastest' || strategy === 'cheapest');
  const weighs = strategy === 'weighted' || strategy === 'least_busy';
  const candidates = [
    ...first.map((member, index) =>
      candidate(member.deployment, whenOf(member, wide), {
        ...(weighs ? { weight: weights[index] ?? 1 } : {}),
        ...(inArms ? { arm: 'own' } : {}),
      }),
    ),
    ...behind.map(({ deployment, when }) =>
      candidate(deployment, when, {
        ...(weighs ? { weight: 0 } : {}),
        ...(inArms ? { arm: 'stand-in' } : {}),
      }),
    ),
  ].slice(0, CANDIDATES_MOST);
  const output = mostOf(group, 'max_tokens');
  return {
    ...(strategy === 'priority' ? {} : { strategy }),
    candidates,
    ...(inArms ? { arms: { own: 1, 'stand-in': 0 } } : {}),
    ...(output === undefined || output < 1 ? {} : { max_output_tokens: Math.ceil(output) }),
    attempts: attemptsOf(group, wide, behind.length),
    ...timersOf(group, wide),
    ...(wide.drop || group.members.some(({ params }) => truthOf(params.get('drop_params')?.value) === true)
      ? { fidelity: 'warn' }
      : {}),
    ...(wide.cache === undefined ? {} : { cache: wide.cache }),
  };
}

function candidate(deployment: string, when: Fields | undefined, more: Partial<Candidate>): Candidate {
  return { deployment, ...more, ...(when === undefined ? {} : { when }) };
}

/** By `order`, where entries have one; else as they stand. */
const orderOf = ({ members }: Group): readonly Member[] => members.toSorted((a, b) => tierOf(a) - tierOf(b));

/** Entries without one come behind those that have one. */
const tierOf = ({ params }: Member): number => numberOf(params.get('order')?.value) ?? Number.MAX_SAFE_INTEGER;

/** What all are drawn by: the first of these that the first entry says, and that is not 0 for all. */
const WEIGHED_BY = ['weight', 'rpm', 'tpm'] as const;

function weightsOf(members: readonly Member[]): readonly number[] {
  for (const by of WEIGHED_BY) {
    const weights = members.map(({ params }) => numberOf(params.get(by)?.value));
    if (weights[0] !== undefined && weights.some((weight) => weight !== undefined && weight > 0))
      return weights.map((weight) => weight ?? 0);
  }
  return members.map(() => 1);
}

/** The entry is for requests with one of its tags; one that is the default is for all. */
function whenOf({ params }: Member, { byTag }: RouteWide): Fields | undefined {
  const tags = listOf(params.get('tags')?.value)
    .map(textOf)
    .filter((tag) => tag !== undefined);
  return byTag && tags.length > 0 && !tags.includes('default') ? { tags: { tag: tags } } : undefined;
}

function attemptsOf(group: Group, wide: RouteWide, behind: number): number {
  const own = mostOf(group, 'num_retries') ?? mostOf(group, 'max_retries');
  const retries = own ?? wide.retries ?? 2;
  return Math.max(1, Math.min(ATTEMPTS_MOST, Math.floor(retries) + 1 + behind));
}

function timersOf(group: Group, wide: RouteWide): Fields {
  const own = (name: string): number | undefined => milliseconds(mostOf(group, name));
  const timers = {
    first_token_ms: own('ttft_timeout') ?? own('stream_timeout') ?? wide.firstTokenMs,
    between_tokens_ms: own('stream_idle_timeout') ?? wide.betweenTokensMs,
    total_ms: own('timeout') ?? own('request_timeout') ?? wide.totalMs,
  };
  const set = Object.entries(timers).filter(([, ms]) => ms !== undefined);
  return set.length === 0 ? {} : { timers: Object.fromEntries(set) };
}

/** Seconds as our timers have them: between a millisecond and an hour. */
export const milliseconds = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : Math.max(1, Math.min(3_600_000, Math.round(seconds * 1_000)));

function mostOf({ members }: Group, name: string): number | undefined {
  const said = members.map(({ params }) => numberOf(params.get(name)?.value)).filter((number) => number !== undefined);
  return said.length === 0 ? undefined : Math.max(...said);
}

/** Settings of an entry that its route now has. */
const OF_ROUTE: Readonly<Record<string, readonly [field: string, says: string]>> = {
  weight: ['candidates', ''],
  order: ['candidates', 'the first of its order are drawn from; the others stand in, one after the other'],
  max_tokens: ['max_output_tokens', 'sent where a caller names none; of several entries the largest'],
  timeout: ['timers.total_ms', 'of the route; of several entries the longest'],
  request_timeout: ['timers.total_ms', 'of the route; of several entries the longest'],
  stream_timeout: ['timers.first_token_ms', 'it bounds the wait for the first token; of several entries the longest'],
  ttft_timeout: ['timers.first_token_ms', 'of the route; of several entries the longest'],
  stream_idle_timeout: ['timers.between_tokens_ms', 'of the route; of several entries the longest'],
  num_retries: ['attempts', 'tries over all candidates together, six at most'],
  max_retries: ['attempts', 'tries over all candidates together, six at most'],
  drop_params: ['fidelity', 'what a translation cannot carry is left out, and a header says so'],
};

function tellRoute(settings: Settings, group: Group, id: string, { byTag }: RouteWide): void {
  for (const { params } of group.members)
    for (const [name, { path, value }] of params) {
      const [field, says] = (Object.hasOwn(OF_ROUTE, name) ? OF_ROUTE[name] : undefined) ?? [];
      if (name === 'tags' && byTag)
        settings.changed(
          path,
          `routes.${id}.candidates`,
          'a condition, `when: tags`; an entry that is the default has none',
        );
      else if (name === 'tags')
        settings.left(path, 'labels: a candidate with `when: tags` is there for some requests only (docs/routing.md)');
      if (field === undefined) continue;
      const isRead = name === 'drop_params' ? truthOf(value) === true : numberOf(value) !== undefined;
      if (!isRead) settings.left(path, 'it says nothing that a route would do');
      else if (says === '') settings.carried(path, `routes.${id}.${field}`);
      else settings.changed(path, `routes.${id}.${field}`, says ?? '');
    }
}

// --- what holds of every route

const STRATEGIES: Readonly<Record<string, readonly [strategy: StrategyName, says: string]>> = {
  'simple-shuffle': ['weighted', ''],
  'least-busy': ['least_busy', ''],
  'latency-based-routing': ['fastest', 'it goes by the wait for the first token, drawn from two'],
  'cost-based-routing': ['cheapest', 'it goes by what this request is expected to cost at your prices'],
  'usage-based-routing': ['least_busy', 'the nearest: the fewest calls in flight, not the fewest tokens this minute'],
  'usage-based-routing-v2': [
    'least_busy',
    'the nearest: the fewest calls in flight, not the fewest tokens this minute',
  ],
};

export function readWide(settings: Settings, cache: Fields | undefined): RouteWide {
  const seconds = (places: readonly DocumentPath[], field: string, says: string): number | undefined => {
    const found = firstOf(settings, places);
    const ms = milliseconds(numberOf(found?.value));
    if (found !== undefined && ms !== undefined) settings.changed(found.path, `routes.*.timers.${field}`, says);
    return ms;
  };
  const IN_MS = 'of every route that says nothing itself, in milliseconds';
  return {
    strategy: strategyOf(settings),
    retries: retriesOf(settings),
    totalMs: seconds(
      [
        ['router_settings', 'timeout'],
        ['litellm_settings', 'request_timeout'],
      ],
      'total_ms',
      IN_MS,
    ),
    firstTokenMs: seconds(
      [
        ['router_settings', 'ttft_timeout'],
        ['router_settings', 'stream_timeout'],
      ],
      'first_token_ms',
      'it bounds the wait for the first token of every route that says nothing itself',
    ),
    betweenTokensMs: seconds([['router_settings', 'stream_idle_timeout']], 'between_tokens_ms', IN_MS),
    drop: dropsOf(settings),
    byTag: byTagOf(settings),
    cache,
  };
}

function strategyOf(settings: Settings): StrategyName {
  const found = firstOf(settings, [
    ['router_settings', 'routing_strategy'],
    ['litellm_settings', 'routing_strategy'],
  ]);
  const name = textOf(found?.value) ?? 'simple-shuffle';
  const [strategy, says] = (Object.hasOwn(STRATEGIES, name) ? STRATEGIES[name] : undefined) ?? [];
  if (found === undefined) return 'weighted';
  if (strategy === undefined) settings.left(found.path, 'no strategy here is that: candidates are drawn by weight');
  else if (says === '') settings.carried(found.path, 'routes.*.strategy', 'of routes with more than one candidate');
  else settings.changed(found.path, 'routes.*.strategy', says ?? '');
  return strategy ?? 'weighted';
}

function retriesOf(settings: Settings): number | undefined {
  const found = firstOf(settings, [
    ['router_settings', 'num_retries'],
    ['litellm_settings', 'num_retries'],
    ['router_settings', 'max_retries'],
  ]);
  const retries = numberOf(found?.value);
  if (found !== undefined && retries !== undefined)
    settings.changed(found.path, 'routes.*.attempts', 'tries over all candidates and stand-ins together, six at most');
  return retries;
}

function dropsOf(settings: Settings): boolean {
  const path = ['litellm_settings', 'drop_params'];
  const drop = truthOf(settings.at(path));
  if (drop === true)
    settings.changed(path, 'routes.*.fidelity', 'what a translation cannot carry is left out, and a header says so');
  if (drop === false)
    settings.carried(path, 'routes.*.fidelity', 'the default refuses what matters and says what it leaves out');
  return drop === true;
}

function byTagOf(settings: Settings): boolean {
  const path = ['router_settings', 'enable_tag_filtering'];
  const isOn = truthOf(settings.at(path));
  if (isOn === true)
    settings.changed(
      path,
      'routes.*.candidates.when',
      'callers say `weighbridge-tags: tag=NAME` in place of metadata.tags',
    );
  return isOn === true;
}
