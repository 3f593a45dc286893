// `cache` and `cache purge`: both ask the running instance, whose memory is the only place where answers are kept.
import { AppError } from '@weighbridge/kernel';
import type { CacheRow, ControlAnswer, ControlClient } from '@weighbridge/protocol';
import { text, type Context, type Run } from '../frame/command.ts';
import { alignMoney, count, counted, instant, textTable } from '../frame/text-table.ts';
import { instanceClient } from '../read/deal-desk.ts';

export const show: Run = async (context) => {
  const cache = await running(context).ask('cache', {});
  context.out.data(cache, () => shown(cache));
};

export const purge: Run = async (context) => {
  const [route, team] = [text(context, 'route'), text(context, 'team')];
  const asked = { ...(route === undefined ? {} : { route }), ...(team === undefined ? {} : { team }) };
  const purged = await running(context).ask('purgeCache', asked);
  context.out.data(purged, () =>
    purged.entries === 0
      ? 'There was nothing to forget.'
      : `Forgotten: ${counted(purged.entries, 'answer')} of ${count(purged.bytes)} bytes.`,
  );
};

function running(context: Context): ControlClient {
  const client = instanceClient(context);
  if (client !== undefined) return client;
  throw new AppError('SERVER_NOT_RUNNING', 'no instance runs, and answers are kept only in the memory of one', {
    next: 'start one with `npm start`; what past calls avoided stands in their receipts',
  });
}

function shown({ at, since, simulated, rows }: ControlAnswer<'cache'>): string {
  if (rows.length === 0) return 'No route keeps answers: none of them has a `cache`. What one does: docs/caching.md.';
  const head = `Caches at ${instant(at)}, counted since ${instant(since)}${simulated ? '; simulated: nothing real was called' : ''}.`;
  const table = textTable(
    [
      { title: 'ROUTE', cell: ({ route }: CacheRow) => route },
      { title: 'HITS', align: 'right', cell: ({ hits }) => count(hits) },
      { title: 'JOINED', align: 'right', cell: ({ joined }) => count(joined) },
      { title: 'ASKED', align: 'right', cell: ({ misses, bypassed }) => count(misses + bypassed) },
      { title: 'KEPT', align: 'right', cell: ({ entries }) => count(entries) },
      { title: 'BYTES', align: 'right', cell: ({ bytes }) => count(bytes) },
      { title: 'OF', align: 'right', cell: ({ max_bytes: most }) => count(most) },
      { title: 'NOT BOUGHT, AT LIST', align: 'right', cell: avoidedOf },
    ],
    rows,
  );
  return `${head}\n\n${table}`;
}

function avoidedOf({ avoided, unpriced }: CacheRow): string {
  const sums = Object.entries(avoided).flatMap(([currency, amount]) => alignMoney([amount], currency));
  if (unpriced > 0) sums.push(`${counted(unpriced, 'hit')} unpriced`);
  return sums.length === 0 ? '-' : sums.join(' + ');
}
