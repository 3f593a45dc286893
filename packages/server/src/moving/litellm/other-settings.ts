// What stands beside models and routes: the cache, who watches, who is told, sizes, other names of models, variables.
import type { DocumentPath } from '@weighbridge/document';
import type { Fields } from '../draft.ts';
import type { Work } from '../enter-deployment.ts';
import type { Settings } from '../settings.ts';
import { bagOf, isAlias, listOf, numberOf, textOf, truthOf } from '../values.ts';
import { SECTION_WORDS, TOP_WORDS } from './words.ts';

const DAY_SECONDS = 86_400;

/** `cache` of every route; undefined where answers are not kept. */
export function readCache(settings: Settings): Fields | undefined {
  const path = ['litellm_settings', 'cache'];
  const params = [...path.slice(0, 1), 'cache_params'];
  const fields = bagOf(settings.at(params)) ?? {};
  const off = whyNoCache(settings.at(path), fields);
  if (off !== null) {
    settings.left(path, off);
    settings.left(params, off);
    return undefined;
  }
  const seconds = numberOf(fields['ttl']);
  const kept = seconds === undefined || seconds < 1 ? 600 : Math.min(Math.floor(seconds), 30 * DAY_SECONDS);
  settings.changed(
    path,
    'routes.*.cache',
    'exact, in memory, shared within a team: `scope` says with whom (docs/caching.md)',
  );
  if (seconds !== undefined)
    settings.changed(
      [...params, 'ttl'],
      'routes.*.cache.ttl',
      kept === seconds ? 'of every route' : 'thirty days at most',
    );
  settings.changed([...params, 'supported_call_types'], 'routes.*.cache', 'answers of conversations alone');
  settings.left(params, 'answers are kept in the memory of the node: there is no store to name');
  return { ttl: `${kept}s` };
}

function whyNoCache(isOn: unknown, fields: Readonly<Record<string, unknown>>): string | null {
  if (truthOf(isOn) !== true) return 'answers are not kept';
  if (/semantic/.test(textOf(fields['type']) ?? ''))
    return 'an answer to another question is not the answer: keep exact ones with `cache` on a route (docs/caching.md)';
  if (textOf(fields['mode']) === 'default_off')
    return 'a route keeps answers or does not, callers cannot ask for it: write `cache: { ttl: 10m }` on those that should';
  const types = listOf(fields['supported_call_types']).map(String);
  return types.length > 0 && !types.some((type) => /^a?completion$/.test(type))
    ? 'answers of conversations were not kept'
    : null;
}

const CALLBACKS = ['callbacks', 'success_callback', 'failure_callback', 'service_callback'] as const;
const OTLP_AT = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_ENDPOINT'] as const;

export function writeWatchers(settings: Settings, work: Work): void {
  const telemetry: Fields = {};
  for (const list of CALLBACKS) {
    const path = ['litellm_settings', list];
    const value = settings.at(path);
    const names: readonly (readonly [unknown, DocumentPath])[] = Array.isArray(value)
      ? listOf(value).map((name, index) => [name, [...path, index]] as const)
      : value === undefined
        ? []
        : [[value, path]];
    for (const [name, at] of names) watcher(settings, work, telemetry, textOf(name), at);
  }
  if (Object.keys(telemetry).length > 0)
    work.draft.top.set('telemetry', { value: telemetry, from: `${settings.file}: callbacks` });
}

function watcher(settings: Settings, work: Work, telemetry: Fields, name: string | undefined, at: DocumentPath): void {
  if (name === 'prometheus') {
    telemetry['prometheus'] = { open: true };
    return settings.changed(
      at,
      'telemetry.prometheus',
      'GET /metrics on the control listener, by names of our own (docs/observability.md)',
    );
  }
  if (name !== 'otel')
    return settings.left(
      at,
      'receipts hold what it was told; a collector takes spans and metrics by OTLP: `telemetry.otlp`',
    );
  const endpoint = OTLP_AT.map((variable) => work.variables.held(variable)).find((held) => held !== undefined);
  if (endpoint === undefined)
    return settings.left(
      at,
      `its collector stands in ${OTLP_AT[0]}, which is not set here: set it and import again, or write \`telemetry.otlp\``,
    );
  const url = URL.parse(endpoint);
  if (url === null || url.username !== '' || url.password !== '' || url.search !== '')
    return settings.left(
      at,
      'the address of its collector holds more than an address: write `telemetry.otlp`, with what is secret under `headers`',
    );
  telemetry['otlp'] = { endpoint: endpoint.replace(/\/v1\/(traces|metrics)\/?$/, '') };
  settings.changed(
    at,
    'telemetry.otlp',
    'by the GenAI conventions, without content; headers of the collector are named under `headers`',
  );
}

export function writeAlerts(settings: Settings, work: Work): void {
  const path = ['general_settings', 'alerting'];
  for (const [index, name] of listOf(settings.at(path)).entries()) {
    const at = [...path, index];
    if (name !== 'slack') {
      settings.left(
        at,
        'write a channel under `alerts.channels` (docs/limits.md): what it needs does not stand in this file',
      );
      continue;
    }
    const url = work.variables.name({ env: 'SLACK_WEBHOOK_URL' }, settings);
    work.draft.channels.set('slack', { fields: { kind: 'slack', url }, from: `${settings.file}:${settings.line(at)}` });
    settings.changed(at, 'alerts.channels.slack', 'what is told differs: `weighbridge alerts` lists it');
  }
}

export function writeRequestBytes(settings: Settings, work: Work): number | undefined {
  const path = ['general_settings', 'max_request_size_mb'];
  const megabytes = numberOf(settings.at(path));
  if (megabytes === undefined) return undefined;
  const bytes = Math.max(1024, Math.min(268_435_456, Math.round(megabytes * 1024 * 1024)));
  settings.carried(path, 'limits.request_bytes');
  work.notes.push(...(bytes === 268_435_456 ? ['limits.request_bytes: 256 MiB at most'] : []));
  return bytes;
}

const ALIASES_MOST = 64;

/** Other names of a group become names of its route. */
export function writeAliases(settings: Settings, work: Work, routes: ReadonlyMap<string, string>): void {
  const path = ['router_settings', 'model_group_alias'];
  for (const [alias, target] of Object.entries(bagOf(settings.at(path)) ?? {})) {
    const at = [...path, alias];
    const name = textOf(bagOf(target)?.['model'] ?? target);
    const route = name === undefined ? undefined : routes.get(name);
    const part = route === undefined ? undefined : work.draft.routes.get(route);
    if (route === undefined || part === undefined) {
      settings.left(at, 'nothing that is carried has the name that it stands for');
      continue;
    }
    const isTaken = [...work.draft.routes].some(
      ([id, { fields }]) => id === alias || listOf(fields['aliases']).includes(alias),
    );
    const aliasesMost = listOf(part.fields['aliases']).length >= ALIASES_MOST;
    if (isTaken) settings.left(at, 'a route has this name already');
    else if (aliasesMost || !isAlias(alias))
      settings.left(at, `a route has ${ALIASES_MOST} other names at most, with a * at the end alone`);
    else {
      const { aliases, ...rest } = part.fields;
      part.fields = { aliases: [...listOf(aliases), alias], ...rest };
      settings.carried(bagOf(target) === null ? at : [...at, 'model'], `routes.${route}.aliases`);
      settings.left(at, 'every name that leads to a route is told to callers');
    }
  }
}

export function tellVariables(settings: Settings, { variables }: Work): void {
  const used = new Set(variables.wanted.map(({ name }) => name));
  const path = ['environment_variables'];
  for (const name of Object.keys(bagOf(settings.at(path)) ?? {})) {
    const at = [...path, name];
    if (used.has(name))
      settings.changed(at, null, `set ${name} in the environment of the instance: no value is written here`);
    else if (variables.isRead(name)) settings.carried(at, null, 'written out where the file names it');
    else settings.left(at, 'nothing that is carried reads it');
  }
}

/** Those of which the reason is always the same. */
export function tellKnown(settings: Settings): void {
  for (const [section, words] of Object.entries(SECTION_WORDS))
    for (const name of Object.keys(bagOf(settings.at([section])) ?? {})) {
      const says = Object.hasOwn(words, name) ? words[name] : undefined;
      if (says !== undefined) settings.left([section, name], says);
    }
  for (const name of Object.keys(bagOf(settings.value) ?? {})) {
    const says = Object.hasOwn(TOP_WORDS, name) ? TOP_WORDS[name] : undefined;
    if (says !== undefined) settings.left([name], says);
    else if (!READ.has(name))
      settings.left([name], 'its program reads nothing of it either; what an anchor takes from it is told there');
  }
}

/** Sections that are read one by one. */
const READ: ReadonlySet<string> = new Set([
  'model_list',
  'credential_list',
  'environment_variables',
  ...Object.keys(SECTION_WORDS),
]);

export function writeLogging(settings: Settings, work: Work): void {
  const path = ['litellm_settings', 'json_logs'];
  if (truthOf(settings.at(path)) !== true) return;
  work.draft.top.set('logging', { value: { format: 'json' }, from: `${settings.file}:${settings.line(path)}` });
  settings.changed(
    path,
    'logging.format',
    'lines of fields of our own, without content and secrets (docs/observability.md)',
  );
}

export const turnedOffLogging = (settings: Settings): void => {
  for (const name of ['turn_off_message_logging', 'redact_user_api_key_info', 'redact_messages_in_exceptions']) {
    const path = ['litellm_settings', name];
    if (truthOf(settings.at(path)) === true)
      settings.carried(path, null, 'always so: prompts and answers are never kept, and of keys a digest alone');
  }
};
