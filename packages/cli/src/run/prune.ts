// `prune`: by the configuration in force; through the running instance, or under the folder's lock.
import { existsSync } from 'node:fs';
import { AppError, systemClock } from '@weighbridge/kernel';
import { prunableParts, type PruneOrder } from '@weighbridge/journal';
import type { Config } from '@weighbridge/protocol';
import { askControl, orderOf, pruneRecords, type Home, type PrunedAnswer } from '@weighbridge/server';
import { flag, type Context, type Run } from '../frame/command.ts';
import { count, counted, instant } from '../frame/text-table.ts';
import { lastConfig } from '../read/last-config.ts';
import { placeOf } from '../read/place.ts';
import { withStores } from '../read/stores.ts';

/** Entries of one part. */
const PART = 16_384;

export const run: Run = async (context) => {
  const { home, instance } = placeOf(context);
  if (!existsSync(home.journal))
    throw new AppError('USAGE', `there is no journal in ${home.root}`, { next: 'name the folder with --home' });
  // The configuration of a moment ago counts too.
  if (instance !== undefined) await askControl(instance.socket, 'POST', '/journal/seal', {});
  const order = orderOf(configOf(home), systemClock.wall(), 'command');
  const dry = flag(context, 'dry-run');
  const done = dry ? wouldPrune(home, order) : await prune(context, order);
  context.out.data(done, () => describe(done, dry));
  return 0;
};

async function prune(context: Context, order: PruneOrder | null): Promise<PrunedAnswer> {
  const { instance } = placeOf(context);
  if (instance === undefined) return withStores(context, ({ recorder }) => pruneRecords(recorder, order));
  return askControl<PrunedAnswer>(instance.socket, 'POST', '/journal/prune', {});
}

function wouldPrune(home: Home, order: PruneOrder | null): PrunedAnswer {
  if (order === null) return { policy: null, before: null, ranges: [], closed: [] };
  const { policy, before } = order;
  const parts = prunableParts(home.journal, order);
  return { policy, before, closed: [], ranges: parts.map((part) => ({ from: part * PART, to: (part + 1) * PART })) };
}

function configOf(home: Home): Config {
  const config = lastConfig(home);
  if (config !== null) return config;
  throw new AppError(
    'CONFIG_INVALID',
    'no configuration was ever in force here, so nothing says how long to keep what',
    {
      next: 'start the instance once with a configuration that has `retention`',
    },
  );
}

function describe({ ranges, policy, before, closed }: PrunedAnswer, dry: boolean): string {
  if (policy === null || before === null)
    return 'Nothing to prune: the configuration has no `retention`, so records are kept for ever.';
  const old = `older than ${instant(before)} (${policy})`;
  if (ranges.length === 0) return `Nothing to prune: no whole part of ${count(PART)} entries is ${old}.`;
  const which = ranges.map(({ from, to }) => `${count(from)} to ${count(to - 1)}`).join(', ');
  if (dry) return `Would close the books on the calls in entries ${which}, and delete their private records: ${old}.`;
  const books = closed.map(
    ({ from, to, calls, first, entries }) =>
      `Closed entries ${count(from)} to ${count(to - 1)}: ${counted(calls, 'call')}, summed up in ${counted(entries, 'entry', 'entries')} from ${count(first)} on.`,
  );
  const deleted = `Deleted the private records of calls in entries ${which}: ${old}. The log says so; every proof still verifies.`;
  return [...books, deleted].join('\n');
}
