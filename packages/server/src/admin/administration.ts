// Everything that changes while the server runs: configuration, keys, erasures. One change at a time, in the order
// asked; each is journalled before it takes effect, and takes effect on all lanes or on none.
import { rmSync } from 'node:fs';
import { byPlace, createProblemList, type Problem } from '@weighbridge/document';
import { AppError, LIMITS, systemClock, type Money } from '@weighbridge/kernel';
import type { Deployment, Snapshot } from '@weighbridge/gateway';
import type { KeyChanged } from '@weighbridge/journal';
import { bookText } from '@weighbridge/ledger';
import type { Actor, Config } from '@weighbridge/protocol';
import { oncePerHour, recentAlerts } from './alerts.ts';
import { compileSnapshot } from '../config/compile.ts';
import { requireConfig, type LoadedConfig } from '../config/load.ts';
import { energyFactors } from '../config/energy.ts';
import { openPrices, unpricedDeployments, type Prices } from '../config/prices.ts';
import { checkKeyEntries, requireListed } from '../config/key-entries.ts';
import { refuseConfig } from '../config/refuse.ts';
import type { PlannedActivation } from '../lanes/setup.ts';
import type { KeyState } from '../keys/fold.ts';
import {
  alertDraft,
  bookDraft,
  BY_ITSELF,
  configDraft,
  erasureDraft,
  readBooks,
  readConfigs,
  withoutPersons,
} from './entries.ts';
import { checkNewKey, openKeyStore, viewOf, type KeyView, type MadeKey, type NewKey } from './key-store.ts';
import type { Stores } from './stores.ts';

/** Puts an activation in force on every lane; `between` runs once all could take it, before any does. */
export type Apply = (activation: PlannedActivation, between: () => Promise<void>) => Promise<void>;

export interface Activated {
  readonly digest: string;
  /** False when the new configuration is the one in force. */
  readonly changed: boolean;
  readonly warnings: readonly Problem[];
  /** Keys whose new value takes effect at the next start only. */
  readonly later: readonly string[];
}

export interface Administration {
  readonly snapshot: () => Snapshot;
  readonly config: () => Config;
  readonly activation: () => PlannedActivation;
  readonly keys: () => readonly KeyView[];
  /** What is doubtful in the configuration in force, and between it and the keys. */
  readonly warnings: () => readonly Problem[];
  /** The most that one context window of input can cost there, at standard speed; null where nothing bounds it. */
  windowCost(deployment: Deployment, at: number): Money | null;
  /** Journals the activation that a start puts in force. */
  begin(): Promise<void>;
  /** From now on changes go to the lanes. */
  connect(apply: Apply): void;
  /** `by`: who asked for it, as its entries say; the instance itself where nobody is named. */
  reload(loaded: LoadedConfig, cause: string, by?: Actor): Promise<Activated>;
  /** Throws CONFIG_INVALID for a name that the configuration in force does not list. */
  createKey(asked: NewKey, by?: Actor): Promise<MadeKey<KeyView>>;
  revokeKey(idOrName: string, reason?: string, by?: Actor): Promise<KeyView>;
  erase(subject: string, by?: Actor): Promise<Erased>;
  /** Hands the log over to a fresh key, or ends the signing of all but the current one. Throws JOURNAL_UNAVAILABLE. */
  changeLogKey(change: 'rotate' | 'retire', reason?: string): Promise<KeyChanged>;
  /** Runs `work` with a configuration that stands for its duration only. */
  during<Value>(change: (snapshot: Snapshot) => Snapshot, cause: string, work: () => Promise<Value>): Promise<Value>;
}

const AT_START = { cause: 'start', by: BY_ITSELF };

/** Throws CONFIG_INVALID or CONFIG_SECRET when the configuration does not compile. */
export function createAdministration(stores: Stores, loaded: LoadedConfig): Administration {
  const keyStore = openKeyStore(stores);
  let current = compile(loaded, keyStore.all());
  let apply: Apply = (_activation, between) => between();
  const oneByOne = createQueue();
  const journal = activationWriter(stores);

  const change = async (next: Compiled, cause: string, by = BY_ITSELF): Promise<boolean> => {
    const changed = next.activation.snapshot.digest !== current.activation.snapshot.digest;
    const { prices } = next.activation;
    const samePrices = prices.mark === current.activation.prices.mark;
    const activation = samePrices ? { ...next.activation, prices: { ...prices, sheets: null } } : next.activation;
    const before = { previous: inForce(current), book: current.prices.book.id };
    await apply(activation, () => (changed ? journal(next, { cause, by }, before) : Promise.resolve()));
    current = next;
    return changed;
  };
  const refresh = (cause: string, by: Actor): Promise<boolean> =>
    change(compile(current.loaded, keyStore.all()), cause, by);

  return {
    snapshot: () => current.activation.snapshot,
    config: () => current.facts.config,
    activation: () => current.activation,
    keys: () => keyStore.all().map((key) => effective(viewOf(key), current.activation.snapshot)),
    warnings: () => warningsOf(current.loaded, current.facts.config, keyStore.all()),
    windowCost: (deployment, at) => windowCost(current.prices, deployment, at),
    begin: () => journal(current, AT_START, { previous: previousOf(stores), book: lastBook(stores) }),
    connect: (to) => {
      apply = to;
    },
    reload: (next, cause, by = BY_ITSELF) =>
      oneByOne(async () => {
        const compiled = compile(next, keyStore.all());
        const later = waitsForRestart(current.facts.config, compiled.facts.config);
        const changed = await change(compiled, cause, by);
        const warnings = warningsOf(next, compiled.facts.config, keyStore.all());
        return { digest: compiled.activation.snapshot.digest, changed, warnings, later };
      }),
    createKey: (asked, by = BY_ITSELF) =>
      oneByOne(async () => {
        checkNewKey(asked);
        // A probe's key gets a policy of its own for as long as the probe lasts, and else may use nothing.
        if (asked.purpose !== 'probe') requireListed(current.facts.config, asked.name, current.facts.source);
        const made = await keyStore.create(asked, by);
        await refresh(`key ${made.state.id} created`, by);
        return { ...made, state: viewOf(made.state) };
      }),
    revokeKey: (idOrName, reason, by = BY_ITSELF) =>
      oneByOne(async () => {
        const state = await keyStore.revoke(idOrName, reason, by);
        await refresh(`key ${state.id} revoked`, by);
        return viewOf(state);
      }),
    erase: (subject, by = BY_ITSELF) => oneByOne(() => eraseSubject(stores, subject, systemClock.wall(), by)),
    changeLogKey: (asked, reason) => oneByOne(() => changeLogKey(stores, asked, reason)),
    during: (edit, cause, work) =>
      oneByOne(async () => {
        const standing = current;
        const snapshot = edit(standing.activation.snapshot);
        const facts = { ...standing.facts, digest: snapshot.digest };
        await change({ ...standing, facts, activation: { ...standing.activation, snapshot } }, cause);
        try {
          return await work();
        } finally {
          await change(standing, `${cause}: done`);
        }
      }),
  };
}

function windowCost({ rater }: Prices, deployment: Deployment, at: number): Money | null {
  const { max_input_tokens: inputTokens } = deployment;
  if (inputTokens === undefined) return null;
  return rater.bound(deployment, { inputTokens, outputTokens: 0, serverTools: {}, speed: 'standard' }, at);
}

interface Compiled {
  readonly loaded: LoadedConfig;
  readonly activation: PlannedActivation;
  readonly facts: { readonly digest: string; readonly source: string; readonly config: Config };
  readonly unpriced: readonly string[];
  readonly prices: Prices;
}

function compile(loaded: LoadedConfig, keys: Parameters<typeof compileSnapshot>[1]): Compiled {
  const config = requireConfig(loaded);
  const problems = createProblemList(loaded.locate, 'CONFIG_INVALID');
  const prices = openPrices(loaded.priceFiles);
  const snapshot = compileSnapshot(config, keys, problems, prices.book.id);
  refuseConfig(loaded.source, problems.all);
  return {
    loaded,
    activation: {
      snapshot,
      credentials: config.credentials,
      prices: { mark: prices.mark, book: prices.book.id, sheets: prices.sheets },
      energy: energyFactors(snapshot.deployments),
    },
    facts: { digest: snapshot.digest, source: loaded.source, config },
    unpriced: unpricedDeployments(snapshot.deployments, loaded.priceFiles, systemClock.wall()),
    prices,
  };
}

function warningsOf(loaded: LoadedConfig, config: Config, keys: readonly KeyState[]): readonly Problem[] {
  const problems = createProblemList(loaded.locate, 'CONFIG_INVALID');
  checkKeyEntries(config, keys, systemClock.wall(), problems);
  return [...loaded.problems, ...problems.all].toSorted(byPlace);
}

/** Whom a key speaks for, with what the configuration adds to what it was made with. */
export function effective(view: KeyView, snapshot: Snapshot): KeyView {
  const record = snapshot.keys.find(({ id }) => id === view.id);
  if (record === undefined) return view;
  const { team, project, cost_centre, principal, environment } = record.who;
  const who = Object.fromEntries(
    Object.entries({ team, project, cost_centre, principal, environment }).filter(([, value]) => value !== undefined),
  );
  return { ...view, who };
}

/** What a running process cannot change is refused, or named when it only has to wait for the next start. */
function waitsForRestart(before: Config, after: Config): readonly string[] {
  for (const name of ['log', 'node', 'organisation'] as const) {
    if (before[name] === after[name]) continue;
    throw new AppError(
      'CONFIG_INVALID',
      `\`${name}\` cannot change from "${before[name]}" to "${after[name]}" while the server runs`,
      {
        next: 'stop the server and start it with the new configuration',
      },
    );
  }
  const waiting = [
    ['listen.host', before.listen.host, after.listen.host],
    ['listen.port', before.listen.port, after.listen.port],
    ['listen.lanes', before.listen.lanes, after.listen.lanes],
    ['control', JSON.stringify(before.control), JSON.stringify(after.control)],
    ['telemetry', JSON.stringify(before.telemetry), JSON.stringify(after.telemetry)],
    ['logging.calls', before.logging.calls, after.logging.calls],
    ['journal.durability', before.journal.durability, after.journal.durability],
    ['projections', JSON.stringify(before.projections), JSON.stringify(after.projections)],
  ] as const;
  return waiting.filter(([, old, now]) => old !== now).map(([name]) => name);
}

type ActivationWriter = (
  next: Compiled,
  why: { readonly cause: string; readonly by: Actor },
  before: { readonly previous: ReturnType<typeof previousOf>; readonly book: string | undefined },
) => Promise<void>;

/** Writes down an activation, and once a day an alert for each deployment whose calls could not be priced. */
function activationWriter(stores: Stores): ActivationWriter {
  const { admin, nextId, blobs } = stores;
  // The journal shows an alert of a moment ago only once it is sealed.
  const first = oncePerHour(systemClock);
  return async (next, why, before) => {
    const at = systemClock.wall();
    const { book } = next.prices;
    if (book.id !== before.book) {
      await admin.append(
        bookDraft(nextId(), at, { book: book.id, rows: book.rows.length, text: blobs.keep(bookText(book)) }),
      );
    }
    await admin.append(configDraft(nextId(), at, blobs, { ...next.facts, ...why, previous: before.previous }));
    const told = new Set(recentAlerts(stores.journal, at).map(({ message }) => message));
    for (const id of next.unpriced) {
      const message = `no price is known for deployment "${id}": its calls are unpriced, and a hard budget refuses them`;
      if (!first(message) || told.has(message)) continue;
      await admin.append(alertDraft(nextId(), at, { alert: 'unpriced', about: id, message }));
    }
  };
}

const inForce = ({ facts }: Compiled): { digest: string; config: unknown } => ({
  digest: facts.digest,
  config: withoutPersons(facts.config),
});

function lastBook(stores: Stores): string | undefined {
  for (const { book } of readBooks(stores.journal)) return book;
  return undefined;
}

function previousOf(stores: Stores): { digest: string; config: unknown } | undefined {
  for (const { record } of readConfigs(stores.journal))
    return { digest: record.digest, config: stores.blobs.resolve(record.config) };
  return undefined;
}

export interface Erased {
  readonly erased: true;
  /** How many keys were destroyed. 0: nothing was sealed under the subject, or it was erased before. */
  readonly keys: number;
  readonly at: number;
}

/**
 * The key goes first: an erasure that is stated but not done would be worse than one done and stated by a second try.
 * `at`: UTC milliseconds.
 */
export async function eraseSubject(stores: Stores, subject: string, at: number, by: Actor): Promise<Erased> {
  if (subject.trim() === '')
    throw new AppError('BAD_REQUEST', 'an erasure needs a subject', {
      next: 'name a principal, a key id or an organisation',
    });
  // What is acknowledged and not sealed has no key yet, and would look like a subject that nobody knows.
  await stores.recorder.sealAll();
  const keys = stores.vault.erase(subject, at);
  // Counters are kept with names beside them; without the file the next start counts again, and knows this one no more.
  rmSync(stores.home.limits, { force: true });
  await stores.admin.append(erasureDraft(stores.nextId(), at, stores.vault.keyDigest(`subject:${subject}`), by));
  return { erased: true, keys, at };
}

export async function changeLogKey(stores: Stores, change: 'rotate' | 'retire', reason?: string): Promise<KeyChanged> {
  if (reason !== undefined && Buffer.byteLength(reason) > LIMITS.field_bytes)
    throw new AppError('FIELD_TOO_LARGE', `the reason has more than ${LIMITS.field_bytes} bytes`);
  return change === 'rotate' ? stores.recorder.rotateKey(reason) : stores.recorder.retireKeys(reason);
}

/** Runs tasks one after the other; one that fails does not stop the next. */
function createQueue(): <Value>(task: () => Promise<Value>) => Promise<Value> {
  let tail: Promise<unknown> = Promise.resolve();
  return (task) => {
    const run = tail.then(task);
    tail = run.catch(() => undefined);
    return run;
  };
}
