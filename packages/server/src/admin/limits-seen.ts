// What limits have seen before this start, counted again from the journal before the first call is admitted: a restart
// must not hand out twice what was used. Entries say what each leg took and when, so the counters stand as the lanes left
// them; what an interrupted call held counts as taken. A file with the counters and their log position saves reading a
// month again; it is thrown away when it does not fit the log or the rules.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import {
  identityOf,
  Limits,
  mirrorRouteId,
  routesByName,
  windowBegin,
  type CallFacts,
  type LimitMemory,
  type LimitRule,
  type Over,
  type Snapshot,
} from '@weighbridge/gateway';
import { moneyFromDecimal } from '@weighbridge/kernel';
import type { Journal, LogRecord } from '@weighbridge/journal';
import {
  usageTotals,
  type CallCommercial,
  type CallPersonal,
  type CallPublic,
  type Counted,
  type Usage,
  type Who,
} from '@weighbridge/protocol';

/** Counts into `memory` what the journal holds of the windows that are current. Saves the position in `file`. */
export function countSeen(
  journal: Pick<Journal, 'checkpoint' | 'records'>,
  snapshot: Snapshot,
  memory: LimitMemory,
  file: string,
  now: number,
): void {
  const seen = readSeen(journal, snapshot, memory, file, now);
  if (seen !== null) save(file, seen);
}

/** As `countSeen`, and saves nothing: what there would be to save, null where nothing is counted. */
export function readSeen(
  journal: Pick<Journal, 'checkpoint' | 'records'>,
  snapshot: Snapshot,
  memory: LimitMemory,
  file: string,
  now: number,
): Saved | null {
  const rules = (snapshot.limits ?? []).filter(({ measure }) => measure !== 'concurrency');
  if (rules.length === 0) return null;
  const { origin, size } = journal.checkpoint();
  const from = restore(file, memory, { origin, size });
  const known = rules.filter((rule) => from.has(identityOf(rule)));
  const fresh = rules.filter((rule) => !from.has(identityOf(rule)));
  const read = { journal, snapshot, memory, size, now };
  if (known.length > 0) fold(read, known, Math.min(...known.map((rule) => from.get(identityOf(rule)) ?? 0)));
  if (fresh.length > 0) fold(read, fresh, 0);
  return { origin, size, counters: rules.map((rule) => [identityOf(rule), packed(memory, rule)]) };
}

interface Reading {
  readonly journal: Pick<Journal, 'checkpoint' | 'records'>;
  readonly snapshot: Snapshot;
  readonly memory: LimitMemory;
  readonly size: number;
  readonly now: number;
}

function fold({ journal, snapshot, memory, size, now }: Reading, rules: readonly LimitRule[], from: number): void {
  const limits = new Limits(rules, memory);
  // Of a person who was erased nobody can say any more whose calls they were: they count where that does not matter.
  const impersonal = new Limits(
    rules.filter((rule) => !isPersonal(rule)),
    memory,
  );
  const context = { snapshot, routes: routesByName(snapshot.routes), names: namesOf(snapshot), now };
  const filter = {
    kinds: ['call'] as const,
    since: Math.min(...rules.map(({ window }) => windowBegin(window, now))),
    from,
    to: size,
    pruned: 'skip',
  } as const;
  const groups = rules.some(isPersonal)
    ? (['public', 'commercial', 'personal'] as const)
    : (['public', 'commercial'] as const);
  for (const record of journal.records(filter, groups)) {
    const erased = record.groups.personal === undefined;
    countCall(erased ? impersonal : limits, record, context);
  }
}

/** Which calls it is about, or for whom it counts, stands in the personal group. */
const PERSONAL = ['team', 'project', 'user', 'key', 'end_user'] as const;
const isPersonal = ({ per, where }: LimitRule): boolean =>
  PERSONAL.some((name) => per.includes(name) || where[name] !== undefined);

interface Context {
  readonly snapshot: Snapshot;
  readonly routes: (alias: string) => { readonly id: string } | undefined;
  readonly names: ReadonlyMap<string, string>;
  readonly now: number;
}

function countCall(limits: Limits, { leaf, groups }: LogRecord, context: Context): void {
  if (groups.public === undefined || groups.commercial === undefined) return;
  const call = JSON.parse(groups.public) as CallPublic;
  const commercial = JSON.parse(groups.commercial) as CallCommercial;
  const who = groups.personal === undefined ? undefined : (JSON.parse(groups.personal) as CallPersonal).who;
  const counted = commercial.counted ?? uncounted(call, commercial, leaf.at, context);
  const { now } = context;
  for (const [index, leg] of counted.legs.entries()) {
    const facts = factsOf(who, counted.route, leg.deployment, context);
    const over: Over = limits.over(facts, !call.simulated);
    const took = { input: leg.input, output: leg.output, money: moneyFromDecimal(leg.money) };
    if (index === 0) limits.count(over.once, facts, took, { at: counted.at, now });
    limits.count(over.leg, facts, took, { at: leg.at, now });
  }
}

/**
 * Of a call over which no limit with a name stood: what its receipt says, at the moment it was sealed. Of an interrupted
 * one all that was reserved, since nobody can say that less was spent.
 */
function uncounted(call: CallPublic, commercial: CallCommercial, at: number, { routes }: Context): Counted {
  const { attempts, served, usage, outcome, asked } = call;
  const money = commercial.budget?.settled ?? commercial.cost.billed ?? commercial.budget?.reserved ?? '0';
  const asks = routes(asked.alias)?.id ?? '';
  const route = call.parent === undefined ? asks : mirrorRouteId(asks);
  if (attempts.length === 0 && outcome !== 'interrupted') return { at, legs: [], route };
  const own = { at, deployment: served?.deployment ?? attempts.at(-1)?.deployment ?? '', money, ...tokensOf(usage) };
  const others = attempts
    .filter((attempt) => attempt.usage !== undefined)
    .map((attempt) => ({ at, deployment: attempt.deployment, money: '0', ...tokensOf(attempt.usage ?? null) }));
  return { at, legs: [own, ...others], route };
}

function tokensOf(usage: Usage | null): { input: number; output: number } {
  if (usage === null) return { input: 0, output: 0 };
  const { prompt, completion } = usageTotals(usage);
  return { input: prompt, output: completion };
}

function factsOf(who: Who | undefined, route: string, deployment: string, { snapshot, names }: Context): CallFacts {
  return {
    organisation: snapshot.organisation,
    team: who?.team ?? '',
    project: who?.project ?? '',
    user: who?.principal ?? '',
    key: names.get(who?.key ?? '') ?? '',
    route,
    deployment,
    end_user: who?.end_user ?? '',
  };
}

/** A limit is on keys by name: one that replaces another goes on where it left off. */
const namesOf = ({ keys }: Snapshot): ReadonlyMap<string, string> => new Map(keys.map(({ id, name }) => [id, name]));

interface Saved {
  readonly origin: string;
  /** Entries that are counted in. */
  readonly size: number;
  /** By the identity of a rule: its memory, compressed, base64. */
  readonly counters: readonly (readonly [string, string])[];
}

function packed(memory: LimitMemory, rule: LimitRule): string {
  return deflateRawSync(new Uint8Array(memory.counters[identityOf(rule)] ?? new SharedArrayBuffer(0)).slice(), {
    level: 1,
  }).toString('base64');
}

/** Rules that were restored, with the position up to which they are counted. */
function restore(
  file: string,
  memory: LimitMemory,
  log: { origin: string; size: number },
): ReadonlyMap<string, number> {
  const restored = new Map<string, number>();
  const saved = readSaved(file);
  if (saved === undefined || saved.origin !== log.origin || saved.size > log.size) return restored;
  for (const [identity, text] of saved.counters) {
    const shared = memory.counters[identity];
    if (shared === undefined) continue;
    const bytes = unpacked(text, shared.byteLength);
    if (bytes === undefined) continue;
    new Uint8Array(shared).set(bytes);
    restored.set(identity, saved.size);
  }
  return restored;
}

function unpacked(text: string, length: number): Uint8Array | undefined {
  try {
    const bytes = inflateRawSync(Buffer.from(text, 'base64'), { maxOutputLength: length });
    return bytes.length === length ? bytes : undefined;
  } catch {
    return undefined; // Not whole: its windows are read again.
  }
}

function readSaved(file: string): Saved | undefined {
  try {
    const saved = JSON.parse(readFileSync(file, 'utf8')) as Partial<Saved>;
    const whole =
      typeof saved.origin === 'string' &&
      Number.isSafeInteger(saved.size) &&
      Number(saved.size) >= 0 &&
      Array.isArray(saved.counters) &&
      saved.counters.every((one) => Array.isArray(one) && one.every((text) => typeof text === 'string'));
    return whole ? (saved as Saved) : undefined;
  } catch {
    return undefined; // Not there, or not whole: the windows are read again.
  }
}

function save(file: string, saved: Saved): void {
  writeFileSync(`${file}.next`, `${JSON.stringify(saved)}\n`, { mode: 0o600 });
  renameSync(`${file}.next`, file);
}
