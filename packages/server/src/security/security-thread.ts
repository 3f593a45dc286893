// Security events in a thread of their own: each destination follows the log at its own pace, and is told of what is in no log
// beside it. Nothing waits for them; a destination that is down holds up no other.
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { isDeepStrictEqual } from 'node:util';
import { createSecretReader } from '@weighbridge/gateway';
import { invariant, systemClock } from '@weighbridge/kernel';
import { openJournal, type Journal } from '@weighbridge/journal';
import type { CallPersonal, Config } from '@weighbridge/protocol';
import { processEnvironment } from '../config/environment.ts';
import { answerCalls } from '../lanes/thread-calls.ts';
import { causeWords } from '../logging/cause.ts';
import { sayTo, type Say } from '../logging/events.ts';
import type { SecurityEvent } from './event.ts';
import { fromJournal, SECURITY_KINDS } from './from-journal.ts';
import { openMarks } from './marks.ts';
import type { Place } from './ocsf.ts';
import { Outlet, type JournalRead } from './outlet.ts';
import { sinkOf } from './sinks.ts';

export interface SecuritySetup {
  readonly journal: string;
  readonly vault: string;
  readonly marks: string;
  readonly place: Place;
  /** Size of the log when the instance started. */
  readonly from: number;
}

/** What the instance tells, beside its questions. */
export interface SecurityMessage {
  readonly tell: readonly SecurityEvent[];
}

const LOOK_MS = 500;
/** Entries of one turn. */
const TURN = 512;
const LAST_MS = 3_000;

invariant(parentPort !== null, 'security events run in a thread of their own');
runSecurity(workerData as SecuritySetup, parentPort);

function runSecurity(setup: SecuritySetup, port: NonNullable<typeof parentPort>): void {
  const journal = openJournal(setup.journal, { vault: setup.vault });
  const marks = openMarks(setup.marks, journal.checkpoint().origin);
  const outlets = openOutlets(setup, journal, marks, port);
  const timer = setInterval(() => void outlets.look(), LOOK_MS);
  port.on('message', (message: Partial<SecurityMessage>) => {
    for (const event of message.tell ?? []) outlets.take(event);
  });
  answerCalls(port, {
    use: (named: Config['security_events']) => outlets.use(named),
    states: () => outlets.states(),
    test: ({ name, event }: { name: string; event: SecurityEvent }) => outlets.test(name, event),
    close: async () => {
      clearInterval(timer);
      await outlets.close();
      journal.close();
    },
  });
}

function openOutlets(
  { place, from }: SecuritySetup,
  journal: Journal,
  marks: ReturnType<typeof openMarks>,
  port: NonNullable<typeof parentPort>,
) {
  const say = sayTo(port);
  const readSecret = createSecretReader(processEnvironment());
  const size = (): number => journal.checkpoint().size;
  let outlets: readonly Outlet[] = [];
  let working: Promise<unknown> = Promise.resolve();
  let busy = false;
  let first = true;
  const open = (name: string, config: Config['security_events'][string]): Outlet =>
    new Outlet({
      name,
      config,
      sink: sinkOf(config, readSecret),
      place,
      // One that was not there before begins with what happens from now on.
      from: Math.min(marks.of(name) ?? (first ? from : size()), size()),
      read: (at) => readTurn(journal, at),
      size,
      keep: (mark) => marks.keep(name, mark),
      newId: () => crypto.randomUUID(),
      now: () => systemClock.wall(),
      said: (failure) => sayState(say, name, failure?.problem ?? null),
    });
  const look = async (last = false): Promise<void> => {
    if (busy) return;
    busy = true;
    working = Promise.all(outlets.map((outlet) => work(outlet, say, last)));
    await working;
    busy = false;
  };
  return {
    look,
    take: (event: SecurityEvent) => {
      for (const outlet of outlets) outlet.take(event);
    },
    use: async (named: Config['security_events']): Promise<void> => {
      await working;
      const before = new Map(outlets.map((outlet) => [outlet.name, outlet]));
      outlets = Object.entries(named).map(([name, config]) => {
        const known = before.get(name);
        if (known === undefined || !isDeepStrictEqual(known.config, config)) return open(name, config);
        before.delete(name);
        return known;
      });
      for (const gone of before.values()) gone.close();
      first = false;
    },
    states: () => outlets.map((outlet) => outlet.state()),
    test: async (name: string, event: SecurityEvent) => {
      const outlet = outlets.find((one) => one.name === name);
      return outlet === undefined ? null : { problem: await outlet.once([event]) };
    },
    close: async (): Promise<void> => {
      const late = new Promise((resolve) => setTimeout(resolve, LAST_MS).unref());
      await Promise.race([working.then(() => look(true)), late]);
      for (const outlet of outlets) outlet.close();
    },
  };
}

async function work(outlet: Outlet, say: Say, last: boolean): Promise<void> {
  try {
    while (await outlet.turn(last)) await setImmediate();
  } catch (error) {
    say(`security events: "${outlet.name}": ${causeWords(error)}`, 'security.failed', { destination: outlet.name });
  }
}

const sayState = (say: Say, destination: string, problem: string | null): void =>
  problem === null
    ? say(`security events: "${destination}" takes them again`, 'security.well', { destination })
    : say(`security events: "${destination}": ${problem}`, 'security.failed', { destination });

function readTurn(journal: Journal, from: number): JournalRead {
  const next = Math.min(journal.checkpoint().size, from + TURN);
  if (next <= from) return { events: [], next: from };
  const records = journal.records({ kinds: SECURITY_KINDS, from, to: next, pruned: 'skip' }, ['public', 'commercial']);
  const events = [...records].flatMap((record) => {
    const event = fromJournal(record, () => personalOf(journal, record.index));
    return event === null ? [] : [{ event, index: record.index }];
  });
  return { events, next };
}

/** Of one that was erased nothing is known. */
function personalOf(journal: Journal, index: number): CallPersonal | null {
  try {
    const text = journal.groups(index, ['personal']).personal?.text;
    return text === undefined ? null : (JSON.parse(text) as CallPersonal);
  } catch {
    return null; // Erased or pruned: the event is told without whose call it was.
  }
}
