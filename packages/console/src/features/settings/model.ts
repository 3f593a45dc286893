// Keys, the configuration in force, and how it came to be so, in words.
import type { Actor, ConfigurationHistory, ConfigurationView, ControlKey } from '@weighbridge/protocol';
import type { KeyColumn } from '../../app/search-state.ts';
import { prepareCount } from '../../parts/count/model.ts';
import type { Cell, Tone } from '../../parts/data-table/cell.ts';
import type { Column } from '../../parts/data-table/model.ts';
import { formatInstant } from '../../parts/when/model.ts';
import type { Fact } from '../call/model.ts';
import type { Headline } from '../headline.ts';

const STATE_TONES: Readonly<Record<ControlKey['state'], Tone>> = {
  'in force': 'good',
  expired: 'warn',
  revoked: 'bad',
};

export const keyState = ({ state }: ControlKey): { readonly text: string; readonly tone: Tone } => ({
  text: state,
  tone: STATE_TONES[state],
});

export function keyColumns(): readonly (Column<ControlKey> & { readonly key: KeyColumn })[] {
  const text = (value: string | undefined): Cell => ({ kind: 'text', text: value ?? '' });
  return [
    { key: 'name', title: 'Key', cell: ({ name }) => text(name) },
    { key: 'state', title: 'State', cell: (row) => ({ kind: 'badge', ...keyState(row) }) },
    { key: 'team', title: 'Team', cell: ({ who }) => text(who.team) },
    { key: 'project', title: 'Project', cell: ({ who }) => text(who.project) },
    { key: 'may', title: 'May use', cell: (row) => text(mayText(row)) },
    { key: 'created', title: 'Made', unit: 'UTC', cell: ({ created: at }) => ({ kind: 'when', at }) },
    {
      key: 'expires',
      title: 'Expires',
      unit: 'UTC',
      cell: ({ expires: at }) => (at === null ? text('never') : { kind: 'when', at }),
    },
    { key: 'id', title: 'Id', cell: ({ id }) => ({ kind: 'text', text: id, mono: true }) },
  ];
}

/** A key without an entry in the configuration may use nothing. */
function mayText({ policy }: ControlKey): string {
  if (policy === null) return 'nothing: the configuration does not list it';
  const [routes, clouds, regions] = [policy.routes, policy.clouds, policy.regions].map((names) =>
    names.length === 0 || names.includes('*') ? null : names.join(', '),
  );
  const limits = [
    routes ?? 'every route',
    ...(clouds === null || clouds === undefined ? [] : [`on ${clouds}`]),
    ...(regions === null || regions === undefined ? [] : [`in ${regions}`]),
  ];
  return limits.join(' ');
}

export function keyFacts(key: ControlKey): readonly Fact[] {
  const who = Object.entries(key.who).map(([name, value]): Fact => ({ name: titled(name), value: value ?? 'none' }));
  return [
    { name: 'Id', value: key.id, mono: true },
    ...who,
    { name: 'May use', value: mayText(key) },
    { name: 'Made', value: formatInstant(key.created) },
    { name: 'Expires', value: key.expires === null ? 'never' : formatInstant(key.expires) },
    ...(key.revoked === null ? [] : [{ name: 'Revoked', value: formatInstant(key.revoked) }]),
    ...(key.purpose === null ? [] : [{ name: 'Made by', value: PURPOSES[key.purpose] }]),
  ];
}

const PURPOSES = {
  start: 'a start, for its own use',
  probe: 'a check of the instance',
  playground: 'the playground, for one session of the console',
} as const;

function titled(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function settingsHeadline(
  keys: readonly ControlKey[] | null,
  config: ConfigurationView | null,
): Headline | null {
  if (config === null) return null;
  const since = config.since === null ? '' : ` since ${formatInstant(config.since)}`;
  const inForce = keys?.filter(({ state }) => state === 'in force').length ?? null;
  const warnings = config.warnings.length;
  const count =
    inForce === null ? '' : `${prepareCount(inForce).text} ${inForce === 1 ? 'key is' : 'keys are'} in force. `;
  return {
    first: `${sourceText(config.source)} is in force${since}.`,
    second: `${count}${warnings === 0 ? 'Nothing in it needs a second look.' : `${prepareCount(warnings).text} ${warnings === 1 ? 'place needs' : 'places need'} a second look.`}`,
  };
}

const sourceText = (source: string): string => `The configuration of ${source}`;

export interface ConfigurationText {
  readonly facts: readonly Fact[];
  readonly warnings: readonly {
    readonly key: string;
    readonly where: string;
    readonly text: string;
    readonly next: string;
  }[];
  readonly sections: readonly { readonly name: string; readonly summary: string; readonly text: string }[];
  /** All of it, to be copied. */
  readonly whole: string;
}

export function configurationText(view: ConfigurationView): ConfigurationText {
  return {
    facts: [
      { name: 'Source', value: view.source },
      { name: 'Digest', value: view.digest, mono: true },
      { name: 'In force since', value: view.since === null ? 'a moment ago' : formatInstant(view.since) },
    ],
    warnings: view.warnings.map(({ path, line, message, mend }, i) => ({
      key: `${i} ${path}`,
      where: line === null ? path : `${path}, line ${line}`,
      text: message,
      next: mend,
    })),
    sections: Object.entries(view.config).map(([name, value]) => ({
      name,
      summary: summaryOf(value),
      text: jsonText(value),
    })),
    whole: jsonText(view.config),
  };
}

function summaryOf(value: unknown): string {
  if (Array.isArray(value)) return `${value.length} ${value.length === 1 ? 'entry' : 'entries'}`;
  if (typeof value === 'object' && value !== null) {
    const names = Object.keys(value);
    return names.length === 0 ? 'empty' : names.length <= 4 ? names.join(', ') : `${names.length} entries`;
  }
  return jsonText(value);
}

const jsonText = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value, null, 2));

export interface HistoryText {
  readonly key: string;
  readonly at: number;
  readonly title: string;
  readonly by: string;
  readonly digest: string;
  readonly entry: string;
  readonly changes: readonly {
    readonly path: string;
    /** Null: it was not there. */
    readonly before: string | null;
    /** Null: it is gone. */
    readonly after: string | null;
  }[];
  readonly more: string;
}

export const historyTexts = ({ rows }: ConfigurationHistory): readonly HistoryText[] =>
  rows.map(({ entry, at, digest, source, cause, by, changes, more, previous }) => ({
    key: String(entry),
    at,
    title: previous === null ? `First in force: ${source}` : `${countText(changes.length + more)} in ${source}`,
    by: `${causeText(cause)}${by === null ? '' : `, ${actorText(by)}`}`,
    digest,
    entry: `entry ${prepareCount(entry).text} of the journal`,
    changes: changes.map(({ path, before, after }) => ({
      path: path === '' ? 'all of it' : path,
      before: before === undefined ? null : jsonText(before),
      after: after === undefined ? null : jsonText(after),
    })),
    more: more === 0 ? '' : `${prepareCount(more).text} more changes are in the journal.`,
  }));

const countText = (count: number): string => `${prepareCount(count).text} ${count === 1 ? 'change' : 'changes'}`;
const causeText = (cause: string): string => cause.charAt(0).toUpperCase() + cause.slice(1);

const ACTORS: Readonly<Record<Actor['via'], string>> = {
  instance: 'by the instance itself',
  file: 'noticed by the instance',
  signal: 'by a signal of the operator',
  socket: 'by the operator of the machine',
  command: 'by a command of the operator',
  console: 'in this console',
};
export const actorText = ({ via, session }: Actor): string =>
  session === undefined ? ACTORS[via] : `${ACTORS[via]}, session ${session}`;
