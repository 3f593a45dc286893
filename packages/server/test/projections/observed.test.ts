// Sellers' records in the tables: rows of an import that was never closed do not count, a later import takes the place of what it
// replaces, requests are matched whichever side comes first, and the tables are the same however the log is cut into batches.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { HOUR_MS, type ObservedHead, type ObservedRow } from '@weighbridge/protocol';
import { digestTables } from '../../src/projector/digests.ts';
import { ask } from '../../src/queries/index.ts';
import type { Database } from '../../src/store/database.ts';
import type { Log } from '../../../../test/receipts/log.ts';
import { postgresql, startServer, stopServer } from './support/databases.ts';
import { foldAll, makeLog, PROJECTIONS, readerOf, startFolding } from './support/folding.ts';
import { postgresMissing } from './support/postgres.ts';

const IDS = {
  one: '01K00000000000000000000001',
  two: '01K00000000000000000000002',
  three: '01K00000000000000000000003',
} as const;
const AT = Date.UTC(2026, 9, 1);
const FACTS = { source: 'anthropic-usage', scope: 'default', seller: 'anthropic' } as const;

const usage = (hour: number, output: number): ObservedRow => ({
  from: AT + hour * HOUR_MS,
  to: AT + (hour + 1) * HOUR_MS,
  model: 'm',
  tokens: { input: 10, output },
});

const part = (log: Log, id: string, rows: readonly ObservedRow[]): Promise<void> =>
  log.append({ kind: 'observed', commercial: JSON.stringify({ action: 'rows', import: id, ...FACTS, rows }) });

const close = (log: Log, id: string, more: Partial<ObservedHead>): Promise<void> =>
  log.append({
    kind: 'observed',
    id,
    commercial: JSON.stringify({ action: 'import', ...FACTS, replaces: [], spans: [], ...more }),
  });

const span = (from: number, to: number) => ({ from: AT + from * HOUR_MS, to: AT + to * HOUR_MS });

const totalOf = async (database: Database): Promise<(string | null | undefined)[]> => {
  const sql = `SELECT sum(tokens_output)::text AS output, count(*)::text AS rows, count(crossed)::text AS crossed FROM observed_row WHERE state = 1 LIMIT 1`;
  const [row] = await database.read(sql, [], 1);
  return [row?.['output'], row?.['rows'], row?.['crossed']];
};

describe("sellers' records in the tables", { skip: postgresMissing }, () => {
  before(startServer);
  after(stopServer);

  test('count once their import is closed, until another takes their place; cut into batches anyhow', async (t) => {
    const log = makeLog(t, { seed: 3 });
    await log.calls(3);
    const ids: string[] = [];
    for (let n = 0; n < 8; n += 1) {
      const { call } = log.receipts.next();
      const receipt = JSON.parse(call.public ?? '') as { attempts: Record<string, unknown>[] };
      const id = `seller-request-${n}`;
      // The last one was refused: it is in no record of what was used.
      receipt.attempts = [
        {
          ...receipt.attempts[0],
          deployment: 'a',
          edits: [],
          started_ms: 0,
          status: n < 7 ? 200 : 429,
          vendor_request_id: id,
        },
      ];
      await log.append({ ...call, public: JSON.stringify(receipt) });
      ids.push(id);
    }
    log.seal();
    const journal = readerOf(t, log);
    const database = await postgresql.open(t);
    const { projector } = await startFolding(t, journal, database);
    const folded = async (): Promise<void> => {
      log.seal();
      await projector.reach();
    };
    await part(log, IDS.one, [usage(0, 1), usage(1, 2)]);
    await folded();
    assert.deepEqual(await totalOf(database), [null, '0', '0'], 'not closed');
    await close(log, IDS.one, { spans: [span(0, 3)] });
    await folded();
    assert.deepEqual(await totalOf(database), ['3', '2', '0']);
    await part(log, IDS.two, [usage(1, 50)]);
    await close(log, IDS.two, { replaces: [span(1, 2)], spans: [span(1, 2)] });
    await folded();
    assert.deepEqual(await totalOf(database), ['51', '2', '0']);
    const matched = [...ids.slice(0, 5), ids[7] ?? ''].map((id, hour) => ({ ...usage(hour, 100), id, request: id }));
    await part(log, IDS.three, [...matched, { ...usage(9, 100), id: 'nobody', request: 'nobody' }]);
    await close(log, IDS.three, { spans: [span(0, 10)] });
    await log.calls(20);
    await folded();
    assert.deepEqual(await totalOf(database), ['751', '9', '5']);
    const period = { since: AT, until: AT + 24 * HOUR_MS };
    const answer = await ask({ reader: database, journal }, 'observed', period);
    assert.deepEqual(
      answer.cells.map(({ rows, ids: named, matched: met, tokens }) => [rows, named, met, tokens]),
      [[9, 7, 5, 751 + 90]],
    );
    assert.equal(answer.spans.length, 3);
    const hours = { from: AT / HOUR_MS, to: AT / HOUR_MS + 48 };
    const crossed = await ask({ reader: database, journal }, 'crossed', { ranges: [hours] });
    assert.deepEqual(
      crossed.ids.map(({ deployment, held, unnamed }) => [deployment, held, unnamed]),
      [['a', 7, 2]],
    );
    const live = await projector.pause(() => digestTables(database, PROJECTIONS));
    assert.deepEqual(await foldAll(t, journal, await postgresql.open(t)), live);
  });
});
