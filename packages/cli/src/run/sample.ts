// `sample make` and `sample remove`: the sample organisation, in its own log. A running instance that shows it does it, since
// it has its tables open; else it is done here and now.
import { setTimeout as wait } from 'node:timers/promises';
import { controlClient, type ControlClient, type SampleState } from '@weighbridge/protocol';
import { AppError } from '@weighbridge/kernel';
import { readScenario } from '@weighbridge/planner';
import {
  checkSeeds,
  controlSocket,
  declineSample,
  makeSample,
  openHome,
  openSampleHome,
  readInstance,
  readMark,
  removeSample,
  wantSample,
} from '@weighbridge/server';
import { text, type Context, type Run } from '../frame/command.ts';
import { scenarioText } from '../read/scenario-file.ts';
import { counted, instant } from '../frame/text-table.ts';
import { homeFolder } from '../read/folders.ts';
import { parseCount } from '../read/instants.ts';

const CALLS_MOST = 1_000_000;
/** Progress that comes more often than this is only noise. */
const PROGRESS_MS = 500;

interface Result {
  readonly made: boolean;
  readonly entries: number;
}

export const make: Run = async (context) => {
  const calls = parseCount(text(context, 'calls'), 'calls', 1_000, CALLS_MOST);
  const home = openSampleHome(homeFolder(context));
  const shower = await showerOf(context);
  const scenario = text(context, 'scenario');
  if (shower !== null && scenario !== undefined)
    throw new AppError('USAGE', 'the instance that runs makes its sample from the scenario that it runs', {
      next: `stop it, and start it with \`weighbridge up --scenario ${scenario.slice(0, 80)}\``,
    });
  const { made, entries } = shower === null ? await makeHere(context, calls) : await makeThere(context, shower, calls);
  if (!made) return 130;
  const end = readMark(home)?.end ?? 0;
  context.out.data({ made, simulated: true, entries, end, journal: home.journal }, () =>
    [
      `Sample: made a month of invented calls (${counted(entries, 'entry', 'entries')}), up to ${instant(end)}.`,
      `It lies in ${home.root}, apart from every other log. Look at it with --log sample.`,
    ].join('\n'),
  );
  return 0;
};

async function makeHere(context: Context, calls: number | undefined): Promise<Result> {
  const home = openSampleHome(homeFolder(context));
  const scenario = text(context, 'scenario');
  const deal = scenario === undefined ? undefined : { file: scenario, text: scenarioText(context, scenario) };
  // Before the one that is there goes: a file with a fault makes none.
  if (deal !== undefined) readScenario(deal.file, deal.text, checkSeeds);
  removeSample(home);
  wantSample(home);
  let told = performance.now();
  return makeSample({
    home,
    now: Date.now(),
    ...(calls === undefined ? {} : { calls }),
    ...(deal === undefined ? {} : { deal }),
    signal: context.signal,
    progress: (done, total) => {
      if (performance.now() - told < PROGRESS_MS) return;
      told = performance.now();
      context.out.progress({ done, total, what: 'sample calls' });
    },
  });
}

/** An interrupt ends the waiting; the instance goes on. */
async function makeThere(context: Context, instance: ControlClient, calls: number | undefined): Promise<Result> {
  let state: SampleState = await instance.ask('makeSample', calls === undefined ? {} : { calls });
  while (state.state === 'making') {
    if (context.signal.aborted) return { made: false, entries: 0 };
    if (state.progress !== null) context.out.progress({ ...state.progress, what: 'sample calls' });
    await wait(PROGRESS_MS);
    state = await instance.ask('sample', {});
  }
  if (state.problem !== null) throw new AppError('JOURNAL_UNAVAILABLE', state.problem);
  return { made: true, entries: await sizeOf(context) };
}

async function sizeOf(context: Context): Promise<number> {
  const { openJournal } = await import('@weighbridge/journal');
  const journal = openJournal(openSampleHome(homeFolder(context)).journal);
  try {
    return journal.checkpoint().size;
  } finally {
    journal.close();
  }
}

/** The running instance that shows the sample of this folder; null where none does. */
async function showerOf(context: Context): Promise<ControlClient | null> {
  const instance = readInstance(openHome(homeFolder(context), 'lab'));
  if (instance === undefined) return null;
  const client = controlClient(controlSocket(instance.socket));
  return (await client.ask('sample', {})).state === 'off' ? null : client;
}

export const remove: Run = async (context) => {
  const home = openSampleHome(homeFolder(context));
  const shower = await showerOf(context);
  const there = readMark(home) !== undefined;
  if (shower !== null) await shower.ask('removeSample', {});
  const removed = shower === null ? removeSample(home) : there;
  if (shower === null && removed) declineSample(home);
  context.out.data({ removed }, () =>
    removed
      ? `Removed ${home.root}: nothing of the sample is left, and starts make none until \`sample make\`.`
      : 'There is no sample here.',
  );
  return 0;
};
