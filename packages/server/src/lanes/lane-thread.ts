// One lane in its own thread: opens its write-ahead file, its credentials and prices, and runs the gateway's lane. What
// it serves beside model calls (the log, receipts) it only reads.
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { parentPort } from 'node:worker_threads';
import {
  createCredentialStore,
  createLane,
  Tally,
  type ForeseeAsked,
  type Lane,
  type PurgeAsked,
  type Rater,
  type RefreshingStore,
} from '@weighbridge/gateway';
import { invariant } from '@weighbridge/kernel';
import { openVault, openWriteAhead } from '@weighbridge/journal';
import { compileBook, createRater } from '@weighbridge/ledger';
import { watchPrices } from '../admin/alerts.ts';
import { LaneBook } from '../bypass/lane-book.ts';
import { processEnvironment } from '../config/environment.ts';
import { openAnswerChannel } from './answer-channel.ts';
import { createFallback } from './fallback.ts';
import { watchLoop } from './loop-delay.ts';
import type { LaneHappened } from '../security/security-host.ts';
import type { Activation, LaneAddress, LaneSetup } from './setup.ts';
import { answerCalls } from './thread-calls.ts';
import { trustAuthority } from './trust.ts';
import { openWaitingStore } from './waiting-store.ts';

const CREDENTIALS_MS = 3_000;

invariant(parentPort !== null, 'a lane runs in a thread of its own');
const port = parentPort;
// The thread is started while nobody knows yet what it will serve: its code is loaded when it is told.
port.once('message', (setup: LaneSetup) => runLane(setup));

/** What an activation is made of, opened. */
interface Opened {
  readonly activation: Activation;
  readonly credentials: RefreshingStore;
  readonly rater: Rater;
}

function runLane(setup: LaneSetup): void {
  trustAuthority(setup.trust);
  const vault = openVault(setup.vault);
  const sealer = openWriteAhead({ ...setup, folder: setup.journal });
  const loop = watchLoop();
  const answers = openAnswerChannel(setup.answers);
  const disclosed = new Tally<string>();
  let current = open(setup.activation);
  let prepared: Opened | undefined;
  const bypassBook = bookOf(setup);
  const lane = createLane({
    snapshot: setup.activation.snapshot,
    sealer,
    rater: raterOf(() => current),
    energyOf: ({ id }) => current.activation.energy[id],
    credentials: { current: (name) => current.credentials.current(name) },
    keyDigest: (presented) => vault.keyDigest(presented),
    answerLink: answers,
    waiting: openWaitingStore(setup, vault, sealer),
    limitMemory: () => current.activation.limits,
    capacityMemory: () => current.activation.capacity,
    bypassMemory: () => current.activation.bypasses,
    bypassBook,
    fallbackHandler: createFallback({ ...setup, disclosed, snapshot: () => current.activation.snapshot }),
  });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= sealer.close();
    answers.close();
    bypassBook.close();
    current.credentials.stop();
    loop.stop();
    return closed;
  };
  answerCalls(port, {
    ready: async () => {
      await settled(current.credentials);
      lane.revive();
    },
    listen: (address: LaneAddress) => lane.listen(address),
    prepare: async (activation: Activation) => {
      discard(prepared, current);
      prepared = open(activation, current);
      if (prepared.credentials !== current.credentials) await settled(prepared.credentials);
    },
    abort: () => {
      discard(prepared, current);
      prepared = undefined;
    },
    swap: () => {
      invariant(prepared !== undefined, 'a swap follows a preparation');
      const before = current;
      current = prepared;
      prepared = undefined;
      lane.swap(current.activation.snapshot);
      discard(before, current);
    },
    stats: () => lane.stats(),
    happened: () => ({ strangers: lane.strangers(), disclosed: disclosed.take() }) satisfies LaneHappened,
    loopDelay: () => loop.delay(),
    ...looksInto(lane),
    retire: (deadlineMs: number) =>
      lane
        .retire(deadlineMs)
        .then(close)
        .then(() => lane.stats()),
    drain: (deadlineMs: number) => lane.drain(deadlineMs).then(close),
  });
}

/** What its lane has learnt and holds, for whoever asks the thread. */
const looksInto = (lane: Lane) => ({
  health: () => lane.health(),
  waiting: () => lane.waiting(),
  routes: () => lane.routes(),
  foresee: (asked: ForeseeAsked) => lane.foresee(asked),
  cache: () => lane.cache(),
  purge: (asked: PurgeAsked) => lane.purge(asked),
});

/** By the prices in force. What has none is told, where something was served. */
function raterOf(current: () => Opened): Rater {
  const rate = watchPrices(
    (...input) => current().rater.rate(...input),
    (unpriced) => port.postMessage({ unpriced }),
  );
  return {
    rate,
    expect: (...input) => current().rater.expect(...input),
    bound: (...input) => current().rater.bound(...input),
  };
}

const bookOf = ({ lane, bypassMarker: marker }: LaneSetup): LaneBook =>
  new LaneBook({ lane, marker, tell: (message) => port.postMessage(message) });

/** Credentials that did not change are kept with the tokens they hold: a new key must not fetch them all again. */
function open(activation: Activation, before?: Opened): Opened {
  const { sheets, book } = activation.prices;
  const rater = sheets === null ? before?.rater : createRater(compileBook(sheets, { id: book }));
  invariant(rater !== undefined, 'the first activation brings its prices');
  const same = before !== undefined && isDeepStrictEqual(before.activation.credentials, activation.credentials);
  const credentials = same
    ? before.credentials
    : createCredentialStore(activation.credentials, { env: processEnvironment() });
  return { activation, credentials, rater };
}

function discard(opened: Opened | undefined, inForce: Opened): void {
  if (opened !== undefined && opened.credentials !== inForce.credentials) opened.credentials.stop();
}

/** Waits for the first fetch of every credential, but no longer than a start may take: the rest come when they come. */
async function settled(credentials: RefreshingStore): Promise<void> {
  await Promise.race([credentials.ready(), setTimeout(CREDENTIALS_MS, undefined, { ref: false })]);
}
