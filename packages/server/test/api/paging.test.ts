// Page by page through all calls, on the real databases, while calls keep coming in and old rows keep going out: none is
// lost, none comes twice, whatever the filter and the size of the page. The same for the tail, which goes the other way.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { OUTCOMES, type CallRow, type CallSearchFilter } from '@weighbridge/protocol';
import { callMatches } from '../../src/queries/call-match.ts';
import { ask } from '../../src/queries/index.ts';
import type { Sources } from '../../src/queries/query.ts';
import type { Log } from '../../../../test/receipts/log.ts';
import { START } from '../../../../test/receipts/log.ts';
import {
  embedded,
  postgresql,
  startServer,
  stopServer,
  suiteScope,
  type Kind,
} from '../projections/support/databases.ts';
import { makeLog, startFolding, type Folding } from '../projections/support/folding.ts';
import { knownCalls, valueOf, type Known } from '../projections/support/oracle.ts';
import { postgresMissing } from '../projections/support/postgres.ts';

/** So many that most are not kept as rows any more: the cap of these tests is 500. */
const CALLS = 6_000;
const PER_HOUR = 300;
const HOUR_MS = 3_600_000;

interface World {
  readonly log: Log;
  readonly sources: Sources;
  readonly folding: Folding;
  /** Every call so far, in the order of the log. */
  readonly known: Known[];
  /** More of them, sealed and in the tables. */
  more(count: number): Promise<void>;
}

async function openWorld(context: ReturnType<typeof suiteScope>, kind: Kind): Promise<World> {
  const log = makeLog(context, { seed: 77, callsPerHour: PER_HOUR, teams: 5 });
  const database = await kind.open(context);
  const routes = new Map<string, string>();
  const known: Known[] = [];
  const take = async (count: number): Promise<void> => {
    known.push(...knownCalls(await log.calls(count), routes));
    log.seal();
  };
  await take(CALLS);
  const journal = log.reader();
  context.after(() => journal.close());
  const folding = await startFolding(context, journal, database);
  await folding.projector.reach();
  return {
    log,
    sources: { reader: database, journal },
    folding,
    known,
    more: async (count) => {
      await take(count);
      await folding.projector.reach();
    },
  };
}

/** A filter, and the same said about what is known of a call, in other words. */
interface Sought {
  readonly filters: readonly CallSearchFilter[];
  readonly holds: (call: Known) => boolean;
}
const sought: fc.Arbitrary<Sought> = fc.oneof(
  fc.constant<Sought>({ filters: [], holds: () => true }),
  fc.record({ outcome: fc.constantFrom(...OUTCOMES), not: fc.boolean() }).map(({ outcome, not }): Sought => ({
    filters: [{ kind: 'text', field: 'outcome', values: [outcome], not }],
    holds: (call) => (call.public.outcome === outcome) !== not,
  })),
  fc.integer({ min: 0, max: 6 }).map((team): Sought => ({
    filters: [{ kind: 'text', field: 'team', values: [`TEAM-${team}`], not: false }],
    holds: (call) => call.who.team === `team-${team}`,
  })),
  fc.constant<Sought>({
    filters: [{ kind: 'text', field: 'model', values: [null], not: false }],
    holds: (call) => valueOf(call, 'model') === null,
  }),
  fc.integer({ min: 0, max: 2_000 }).map((tokens): Sought => ({
    filters: [{ kind: 'number', field: 'output_tokens', is: 'above', value: String(tokens), not: false }],
    holds: ({ public: { usage } }) => usage !== null && usage.source !== 'unknown' && outputOf(usage.tokens) > tokens,
  })),
  fc.constant<Sought>({
    filters: [{ kind: 'truth', field: 'fallback', value: true }],
    holds: (call) => call.public.served?.fallback === true,
  }),
);
const outputOf = (tokens: Readonly<Partial<Record<string, number>>>): number =>
  Object.entries(tokens).reduce((sum, [name, count]) => sum + (/^output|^reasoning/.test(name) ? (count ?? 0) : 0), 0);

const period = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 4 }))
  .map(([from, hours]) => ({ since: START + from * HOUR_MS, until: START + (from + hours) * HOUR_MS }));

function pageTests(opened: () => World): void {
  test('every call that passes comes once, newest first, while others come in', async () => {
    await fc.assert(
      fc.asyncProperty(
        sought,
        fc.option(period, { nil: undefined }),
        fc.integer({ min: 1, max: 500 }),
        fc.array(fc.nat({ max: 40 }), { maxLength: 4 }),
        async ({ filters, holds }, within, limit, arrivals) => {
          const size = Math.max(limit, within === undefined ? 150 : 20);
          const inPeriod = ({ at }: Known): boolean =>
            within === undefined || (at >= within.since && at < within.until);
          const expected = opened()
            .known.filter((call) => inPeriod(call) && holds(call))
            .map(({ id }) => id);
          const coming = [...arrivals];
          const found: CallRow[] = [];
          let before: number | null = null;
          let pages = 0;
          do {
            const place: { before?: number } = before === null ? {} : { before };
            const page = await ask(opened().sources, 'everyCall', {
              filters: [...filters],
              ...within,
              ...place,
              limit: size,
            });
            assert.ok(page.rows.length <= size);
            assert.ok(page.next === null || before === null || page.next < before, 'it goes on downwards');
            found.push(...page.rows);
            before = page.next;
            pages += 1;
            const next = coming.shift();
            if (next !== undefined && next > 0) await opened().more(next);
          } while (before !== null);
          assert.ok(pages < 400, `${pages} pages`);
          const entries = found.map(({ entry }) => entry);
          assert.deepEqual(
            entries,
            entries.toSorted((a, b) => b - a),
          );
          assert.deepEqual(
            found.map(({ id }) => id),
            expected.toReversed(),
          );
        },
      ),
      { numRuns: 12 },
    );
  });

  test('an old call read from the journal is the row that it once was', async () => {
    const page = await ask(opened().sources, 'everyCall', { limit: 100 });
    const [first] = page.rows;
    assert.ok(first !== undefined);
    // The same calls, once as rows and once from the journal, after so many others that they are not kept any more.
    await opened().more(700);
    const again = await ask(opened().sources, 'everyCall', { limit: 100, before: first.entry + 1 });
    assert.deepEqual(again.rows, page.rows);
    const { rows } = await ask(opened().sources, 'calls', { limit: 1, before: first.entry + 1 });
    assert.deepEqual(rows, [], 'they are not among the rows that are kept');
  });
}

function tailTests(opened: () => World): void {
  test('the tail tells every call once, oldest first, wherever it is cut', async () => {
    const begin = (await ask(opened().sources, 'tail', { filters: [], after: 1e12, limit: 1 })).next;
    assert.ok(begin > 0);
    await fc.assert(
      fc.asyncProperty(
        sought,
        fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 50 }),
        async ({ filters, holds }, arrivals, limit) => {
          const from = opened().known.length;
          let { next } = await ask(opened().sources, 'tail', { filters: [...filters], after: 0, limit: 1 });
          for (let more = true; more;) {
            const page = await ask(opened().sources, 'tail', { filters: [...filters], after: next, limit: 2_000 });
            ({ next, more } = page);
          }
          const told: string[] = [];
          for (const count of arrivals) {
            await opened().more(count);
            for (let more = true; more;) {
              const page = await ask(opened().sources, 'tail', { filters: [...filters], after: next, limit });
              assert.equal(page.from, next, 'nothing is skipped');
              told.push(...page.rows.map(({ id }) => id));
              ({ next, more } = page);
            }
          }
          assert.deepEqual(
            told,
            opened()
              .known.slice(from)
              .filter(holds)
              .map(({ id }) => id),
          );
        },
      ),
      { numRuns: 10 },
    );
  });

  test('the tail says what it skipped: what is not kept any more', async () => {
    const { from, rows } = await ask(opened().sources, 'tail', { filters: [], after: 1, limit: 10 });
    assert.ok(from > 1);
    assert.equal(rows[0]?.entry, from, 'it begins with the oldest that is kept');
  });
}

function filterTests(opened: () => World): void {
  test('the filter says the same in SQL and without it', async () => {
    const all = await everyRow(opened());
    const text = fc.constantFrom('team-0', 'TEAM-1', 'te*', '*', 'completed', 'claude*', 'x', '%', '_eam-0', 'gpt-4.1');
    const values = fc.array(fc.option(text), { minLength: 1, maxLength: 3 });
    const filter: fc.Arbitrary<CallSearchFilter> = fc.oneof(
      fc.record({
        kind: fc.constant('text' as const),
        field: fc.constantFrom('team', 'model', 'outcome', 'error', 'key', 'cost_centre', 'asked', 'region'),
        values,
        not: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant('number' as const),
        field: fc.constantFrom('status', 'output_tokens', 'cached_tokens', 'total', 'ttft', 'cost', 'response_bytes'),
        is: fc.constantFrom('equal', 'above', 'below'),
        value: fc.oneof(fc.nat({ max: 5_000 }).map(String), fc.constantFrom('0', '200', '0.001', '0.01', '12.5')),
        not: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant('truth' as const),
        field: fc.constantFrom('stream', 'fallback', 'erased', 'simulated'),
        value: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant('word' as const),
        word: fc.constantFrom('team', 'OPUS', '-1', 'x', '%'),
        not: fc.boolean(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(filter, { minLength: 1, maxLength: 3 }), async (filters) => {
        const { rows } = await ask(opened().sources, 'calls', { filters, limit: 500 });
        assert.deepEqual(
          rows.map(({ id }) => id),
          all
            .filter((row) => callMatches(row, filters))
            .map(({ id }) => id)
            .slice(0, 500),
        );
      }),
      { numRuns: 80 },
    );
  });
}

function pagingTests(kind: Kind): void {
  const context = suiteScope();
  let world: World;
  after(() => context.end());
  before(async () => {
    world = await openWorld(context, kind);
  });
  const opened = (): World => world;
  pageTests(opened);
  tailTests(opened);
  filterTests(opened);
}

/** What is kept as rows, newest first. */
async function everyRow({ sources }: World): Promise<readonly CallRow[]> {
  const first = await ask(sources, 'calls', { limit: 500 });
  const more = first.next === null ? [] : (await ask(sources, 'calls', { limit: 500, before: first.next })).rows;
  return [...first.rows, ...more];
}

describe('pages of calls, embedded', () => pagingTests(embedded));

describe('pages of calls, on PostgreSQL', { skip: postgresMissing }, () => {
  before(() => startServer());
  after(() => stopServer());
  pagingTests(postgresql);
});
