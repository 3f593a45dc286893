// Portkey configs as routes: each file is one, named after the file. A caller there names a config and a model; here it names the
// route as its model. A condition on the model itself makes a route of that name.
import type { DocumentPath } from '@weighbridge/document';
import { AppError } from '@weighbridge/kernel';
import type { Fields } from '../draft.ts';
import type { Work } from '../enter-deployment.ts';
import { requireKeys } from '../read-source.ts';
import { sellerNamed } from '../sellers.ts';
import type { Settings } from '../settings.ts';
import { bagOf, isAlias, listOf, numberOf, slugOf, textOf, type Bag } from '../values.ts';
import { branchAt, type Branch, type Walk } from './branches.ts';
import type { PortkeyAsked } from './targets.ts';
import { HEADER_WORDS, PARAM_WORDS, STATUS_WORDS, TARGET_WORDS } from './words.ts';

export type { PortkeyAsked } from './targets.ts';

const KEYS = [
  'strategy',
  'targets',
  'provider',
  'virtual_key',
  'api_key',
  'override_params',
  'cache',
  'retry',
  'config',
];
const WEEK_SECONDS = 604_800;
const MONTH_SECONDS = 2_592_000;
const ATTEMPTS_MOST = 6;
/** Settings that are sent to a seller as headers. */
const HEADERS = /_headers?$|^openai_(organization|project|beta)$|^anthropic_(beta|version)$/;

/** Throws IMPORT_INVALID where a file is another program's. */
export function importPortkey(sources: readonly Settings[], work: Work, asked: PortkeyAsked): void {
  for (const settings of sources) {
    requireKeys(settings, 'Portkey', KEYS, [
      ['a LiteLLM configuration', ['model_list', 'litellm_settings'], 'import it: `weighbridge import litellm FILE`'],
      ['a configuration of ours', ['deployments', 'routes'], 'check it: `weighbridge config check --config FILE`'],
    ]);
    if (typeof settings.at(['config']) === 'string')
      throw new AppError(
        'IMPORT_INVALID',
        `${settings.file}:${settings.line(['config'])}: \`config\` holds a config as text`,
        {
          next: 'write what it holds into a file of its own, and import that',
        },
      );
    reserveDefaults(settings, work);
  }
  for (const settings of sources) importOne(settings, work, asked);
  work.draft.top.set('budget', {
    value: { daily: '5.00' },
    from: 'Portkey keeps budgets apart from its configs: this is the default here, in dollars a day; set your own',
  });
  work.notes.push('budget.daily: $5 a day is written, which is hard: set your own');
}

function importOne(settings: Settings, work: Work, asked: PortkeyAsked): void {
  const root: DocumentPath = bagOf(settings.at(['config'])) === null ? [] : ['config'];
  const like = asked.route ?? nameOf(settings.file);
  const route = slugOf(like);
  const walk: Walk = { settings, work, asked, route, byModel: [] };
  const branch = branchAt(walk, root);
  const shared = routeFields(settings, root, route);
  enterRoute(work, like, branch, shared, `${settings.file}:${settings.line(root)}`, asked);
  for (const { models, branch: own, path } of walk.byModel)
    for (const model of models) enterRoute(work, model, own, shared, `${settings.file}:${settings.line(path)}`, {});
  tellNodes(settings, root, route);
  if (root.length > 0)
    for (const name of Object.keys(bagOf(settings.value) ?? {}))
      if (name !== 'config') settings.left([name], 'what Portkey says of the config beside it');
  work.notes.push(`routes.${route}: callers name it as their model, where they named the config ${like}`);
}

/** `config/prod-chat.json` is `prod-chat`. */
const nameOf = (file: string): string => (file.split(/[/\\]/).at(-1) ?? file).replace(/\.(json|ya?ml)$/i, '');

function enterRoute(
  work: Work,
  like: string,
  branch: Branch,
  shared: Fields,
  from: string,
  { model }: PortkeyAsked,
): void {
  if (branch.candidates.length === 0) return;
  const slug = slugOf(like);
  const aliases = [...(slug === like ? [] : [like]), ...(model === undefined || model === slug ? [] : [model])];
  const free = aliases.filter((alias) => isAlias(alias) && !isNamed(work, alias));
  work.draft.route(isNamed(work, slug) ? `${slug}-named` : slug, {
    fields: {
      ...(free.length === 0 ? {} : { aliases: free }),
      ...(branch.shares ? { strategy: 'weighted' } : {}),
      candidates: branch.candidates.slice(0, 64),
      ...shared,
    },
    from,
  });
}

/** A route that is written already is asked for by this name. */
const isNamed = ({ draft }: Work, name: string): boolean =>
  [...draft.routes].some(([id, { fields }]) => id === name || listOf(fields['aliases']).includes(name));

// --- what a route has of its own: cache, retries, the time for a call, a ceiling

interface Node {
  readonly path: DocumentPath;
  readonly fields: Bag;
}

/** The config and all targets in it, from the outside in. */
function* nodesOf(settings: Settings, path: DocumentPath): Generator<Node> {
  const fields = bagOf(settings.at(path));
  if (fields === null) return;
  yield { path, fields };
  for (const index of listOf(fields['targets']).keys()) yield* nodesOf(settings, [...path, 'targets', index]);
}

function routeFields(settings: Settings, root: DocumentPath, route: string): Fields {
  const nodes = [...nodesOf(settings, root)];
  const of = (name: string): Bag[] => nodes.map(({ fields }) => bagOf(fields[name])).filter((held) => held !== null);
  const retries = of('retry')
    .map(({ attempts }) => numberOf(attempts))
    .filter((count) => count !== undefined);
  const times = nodes.map(({ fields }) => numberOf(fields['request_timeout'])).filter((ms) => ms !== undefined);
  const ceilings = of('override_params')
    .map((params) => numberOf(params['max_tokens']))
    .filter((count) => count !== undefined && count >= 1);
  const targets = nodes.filter(({ fields }) => fields['targets'] === undefined).length;
  const retry = retries.length === 0 ? undefined : Math.max(...retries);
  const cache = nodes.map((node) => cacheOf(settings, node, route)).find((found) => found !== undefined);
  return {
    ...(ceilings.length === 0 ? {} : { max_output_tokens: Math.max(...(ceilings as number[])) }),
    attempts: Math.min(ATTEMPTS_MOST, Math.max(1, (retry ?? 0) + Math.max(1, targets))),
    ...(times.length === 0
      ? {}
      : { timers: { total_ms: Math.max(1, Math.min(3_600_000, Math.round(Math.max(...times)))) } }),
    ...(cache === undefined ? {} : { cache }),
  };
}

function cacheOf(settings: Settings, { path, fields }: Node, route: string): Fields | undefined {
  const held = fields['cache'];
  const at = [...path, 'cache'];
  const mode = textOf(bagOf(held)?.['mode'] ?? held);
  if (mode === undefined) return undefined;
  if (mode !== 'simple') {
    settings.left(
      at,
      'an answer to another question is not the answer: write `cache: { ttl: 10m }` to keep exact ones (docs/caching.md)',
    );
    return undefined;
  }
  const seconds = Math.max(1, Math.min(MONTH_SECONDS, Math.floor(numberOf(bagOf(held)?.['max_age']) ?? WEEK_SECONDS)));
  settings.changed(
    [...at, 'mode'],
    `routes.${route}.cache`,
    'exact, of the whole route, shared within a team: `scope` says with whom (docs/caching.md)',
  );
  if (bagOf(held) === null)
    settings.changed(at, `routes.${route}.cache`, 'exact, of the whole route, shared within a team');
  settings.carried([...at, 'max_age'], `routes.${route}.cache.ttl`);
  return { ttl: `${seconds}s` };
}

/** After the targets have told theirs: what is said of routes, and what is always left. */
function tellNodes(settings: Settings, root: DocumentPath, route: string): void {
  for (const { path, fields } of nodesOf(settings, root)) {
    settings.changed(
      [...path, 'retry', 'attempts'],
      `routes.${route}.attempts`,
      'tries over all candidates together, six at most',
    );
    settings.left([...path, 'retry', 'on_status_codes'], STATUS_WORDS);
    settings.carried(
      [...path, 'retry', 'use_retry_after_header'],
      null,
      'always so: the wait is the one that the seller asks for',
    );
    settings.changed(
      [...path, 'request_timeout'],
      `routes.${route}.timers.total_ms`,
      'of the whole route; of several the longest',
    );
    settings.changed(
      [...path, 'override_params', 'max_tokens'],
      `routes.${route}.max_output_tokens`,
      'sent where a caller names none; of several the largest',
    );
    for (const name of Object.keys(fields)) {
      const says = Object.hasOwn(TARGET_WORDS, name) ? TARGET_WORDS[name] : undefined;
      if (says !== undefined) settings.left([...path, name], says);
      else if (HEADERS.test(name)) settings.left([...path, name], HEADER_WORDS);
    }
    for (const name of Object.keys(bagOf(fields['override_params']) ?? {}))
      if (name !== 'model') settings.left([...path, 'override_params', name], PARAM_WORDS);
  }
}

/** A target that names no key reads the seller's own variable: no secret in clear may get that name. */
function reserveDefaults(settings: Settings, work: Work): void {
  for (const { fields } of [...nodesOf(settings, []), ...nodesOf(settings, ['config'])]) {
    const seller = sellerNamed(textOf(fields['provider']) ?? '');
    if (seller?.key !== undefined && fields['api_key'] === undefined) work.variables.reserve(seller.key);
  }
}
