// `rebuild`: the tables from the journal again, or compared with it. Beside a running instance the instance does the
// folding of its own tables; what is folded only to compare is folded here.
import { existsSync } from 'node:fs';
import { AppError } from '@weighbridge/kernel';
import { acquireFolderLock, openJournal } from '@weighbridge/journal';
import type { ProjectionsState } from '@weighbridge/protocol';
import {
  askControl,
  checkTables,
  readTables,
  rebuildTables,
  storeSettings,
  type Digests,
  type FoldOptions,
  type Home,
  type Instance,
  type StoreSettings,
} from '@weighbridge/server';
import { flag, type Context, type Run } from '../frame/command.ts';
import { count, counted, textTable } from '../frame/text-table.ts';
import { typed } from '../read/command-form.ts';
import { lastConfig } from '../read/last-config.ts';
import { placeOf } from '../read/place.ts';

export const run: Run = async (context) => {
  const { home, instance } = placeOf(context);
  if (!existsSync(home.journal))
    throw new AppError('USAGE', `there is no journal in ${home.root}`, { next: 'name the folder with --home' });
  const options = { home, settings: settingsOf(home), ...hearing(context) };
  const checked = flag(context, 'check');
  mustKnowPruned(context, home);
  try {
    const digests =
      instance === undefined ? await alone(options, checked) : await beside(options, instance, checked, context);
    show(context, digests, checked, sizeOf(home));
    return 0;
  } catch (error) {
    if (context.signal.aborted) return 130;
    throw error;
  }
};

/**
 * Where books were closed before records went, tables are folded from them. Tables that hold more than the journal can
 * still say are not thrown away, or called wrong, without a word.
 */
function mustKnowPruned(context: Context, home: Home): void {
  if (flag(context, 'without-pruned')) return;
  const journal = openJournal(home.journal, { vault: home.vault });
  const [first, ...more] = journal.pruned().filter(({ closed }) => closed.length === 0);
  journal.close();
  if (first === undefined) return;
  const last = more.at(-1) ?? first;
  throw new AppError(
    'RECORD_PRUNED',
    `the calls of entries ${count(first.from)} to ${count(last.to - 1)} were pruned by the policy "${last.policy}", and no closing entries say what they came to: tables that are folded now lack them`,
    { next: 'keep the tables; or fold what is left, and lose the older figures, with --without-pruned' },
  );
}

function hearing(context: Context): Pick<FoldOptions, 'say' | 'progress' | 'signal'> {
  return {
    say: (message) => context.out.note(message),
    progress: (done, total) => context.out.progress({ done, total, what: 'entries' }),
    signal: context.signal,
  };
}

/** As the last configuration in force said; before the first, as no configuration says. Throws PROJECTIONS_OFF. */
function settingsOf(home: Home): StoreSettings {
  const settings = storeSettings(lastConfig(home)?.projections, home.log, home.projections);
  if (settings !== null) return settings;
  throw new AppError('PROJECTIONS_OFF', 'the configuration wants no projections');
}

/** No instance runs: nobody else may start one meanwhile. */
async function alone(options: FoldOptions, checked: boolean): Promise<Digests> {
  const lock = acquireFolderLock(options.home.root);
  try {
    return checked ? await checkTables(options, await readTables(options)) : await rebuildTables(options);
  } finally {
    lock.release();
  }
}

const POLL_MS = 250;

async function beside(
  options: FoldOptions,
  { socket }: Instance,
  checked: boolean,
  context: Context,
): Promise<Digests> {
  const digests = (): Promise<Digests> => askControl<Digests>(socket, 'POST', '/projections/digests');
  if (checked) {
    await open(socket, context.signal);
    return checkTables(options, await digests());
  }
  await askControl(socket, 'POST', '/projections/rebuild');
  for (;;) {
    const { state, problem, projections } = await askControl<ProjectionsState>(socket, 'GET', '/projections');
    if (state === 'failed') throw new AppError('DATABASE_UNAVAILABLE', problem ?? 'the projections do not start');
    const stopped = projections.find((each) => each.state === 'stopped');
    if (stopped !== undefined)
      throw new AppError('PROJECTION_STOPPED', `"${stopped.name}" stopped: ${stopped.problem?.message ?? ''}`);
    const behind = Math.max(0, ...projections.map((each) => each.lag_entries));
    const next = Math.min(...projections.map((each) => each.next));
    if (state === 'running' && behind === 0) return digests();
    if (state === 'running') options.progress?.(next, next + behind);
    await pause(context.signal);
  }
}

/** An instance that has just started has its tables a moment later than its port. */
async function open(socket: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { state, problem } = await askControl<ProjectionsState>(socket, 'GET', '/projections');
    if (state === 'running') return;
    if (state === 'off') throw new AppError('PROJECTIONS_OFF', 'this instance keeps no projections');
    if (state === 'failed') throw new AppError('DATABASE_UNAVAILABLE', problem ?? 'the projections do not start');
    await pause(signal);
  }
}

const pause = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, POLL_MS);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(new AppError('USAGE', 'interrupted: the instance goes on folding'));
      },
      { once: true },
    );
  });

function sizeOf(home: Home): number {
  const journal = openJournal(home.journal, { vault: home.vault });
  const { size } = journal.checkpoint();
  journal.close();
  return size;
}

function show(context: Context, { next, tables }: Digests, checked: boolean, size: number): void {
  const entries = Math.min(...Object.values(next));
  context.out.data({ checked, entries, tables }, () => {
    const rows = textTable(
      [
        { title: 'TABLE', cell: (table) => table.table },
        { title: 'ROWS', align: 'right', cell: (table) => count(table.rows) },
        { title: 'DIGEST', cell: (table) => table.digest },
      ],
      tables,
    );
    const said = checked
      ? compared(entries, size, context)
      : `Folded again from ${counted(entries, 'entry', 'entries')} of the journal.`;
    return `${rows}\n\n${said}`;
  });
}

/** Tables of which nothing was folded yet differ in nothing, which proves nothing. */
function compared(entries: number, size: number, context: Context): string {
  const all = counted(size, 'entry', 'entries');
  const fold = `A start folds the rest, and so does: ${typed(context, 'weighbridge rebuild')}`;
  if (entries === 0 && size > 0)
    return `Nothing was compared: the tables hold none of the ${all} of the journal yet. ${fold}`;
  const said = `Every table is what the journal says, over its first ${counted(entries, 'entry', 'entries')}`;
  return entries < size ? `${said}; the journal has ${count(size)}. ${fold}` : `${said}.`;
}
