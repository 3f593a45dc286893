// Every question, on both databases, against what the receipts themselves say.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { DAY_MS, HOUR_MS, LATENCY_RELATIVE_ERROR, type Breakdown, type Totals } from '@weighbridge/protocol';
import type { Journal } from '@weighbridge/journal';
import { LIMITS } from '@weighbridge/kernel';
import { ask, type QueryName } from '../../src/queries/index.ts';
import type { Sources } from '../../src/queries/query.ts';
import type { Database } from '../../src/store/database.ts';
import { START } from '../../../../test/receipts/log.ts';
import { embedded, postgresql, startServer, stopServer, suiteScope, type Kind } from './support/databases.ts';
import { makeLog, startFolding } from './support/folding.ts';
import { exactQuantile, knownCalls, totalsOf, valueOf, type Known } from './support/oracle.ts';
import { postgresMissing } from './support/postgres.ts';

const CALLS = 3_000;
/** Two days and a half. */
const END = START + CALLS * (HOUR_MS / 50);
const ALL = { since: START - HOUR_MS, until: END + HOUR_MS };

interface Asked {
  readonly sources: Sources;
  readonly known: readonly Known[];
  readonly journal: Journal;
}

/** The reader that questions get here insists on what every one of them promises. */
function bounded(database: Database): Sources['reader'] {
  return {
    read: (sql, params, most) => {
      assert.match(sql.trim(), /LIMIT (?:\d+|\$\d+)$/, sql);
      assert.doesNotMatch(sql, /now\(\)|current_timestamp|random\(/i);
      return database.read(sql, params, most);
    },
  };
}

const within = (known: readonly Known[], since: number, until: number): readonly Known[] =>
  known.filter(({ at }) => at >= since && at < until);

const short = ({ calls, errors, unpriced, tokens, spend }: Totals) => ({
  calls,
  errors,
  input: tokens.input,
  unpriced,
  billed: spend[0]?.billed ?? '0',
});

function queryTests(kind: Kind): void {
  let opened: Asked;
  const context = suiteScope();
  after(() => context.end());
  before(async () => {
    const log = makeLog(context, { seed: 31, callsPerHour: 50, teams: 6 });
    const made = await log.calls(CALLS);
    const [first] = log.subjects;
    await log.erase(first ?? '');
    log.seal();
    const journal = log.reader();
    const database = await kind.open(context);
    const { projector } = await startFolding(context, journal, database);
    await projector.reach();
    const routes = new Map(
      log.receipts.decided.map(({ commercial = '' }) => [
        createHash('sha256').update(commercial).digest('base64url'),
        (JSON.parse(commercial) as { route: string }).route,
      ]),
    );
    const known = knownCalls(made, routes).map((call) =>
      (call.who.principal ?? call.who.key) === first ? { ...call, who: { organisation: '' } } : call,
    );
    opened = { sources: { reader: bounded(database), journal }, known, journal };
  });

  const erased = ({ who }: Known): boolean => who.organisation === '';

  test('overview: totals of a period in whole hours, beside those of the period before', async () => {
    const { sources, known } = opened;
    for (const [since, until] of [
      [START, END],
      [START + 3 * HOUR_MS + 5, START + 50 * HOUR_MS + 7],
      [START + 30 * HOUR_MS, START + 31 * HOUR_MS],
    ] as const) {
      const answer = await ask(sources, 'overview', { since, until });
      const { period, before } = answer;
      assert.deepEqual(
        [period.since, period.until],
        [Math.floor(since / HOUR_MS) * HOUR_MS, Math.ceil(until / HOUR_MS) * HOUR_MS],
      );
      assert.deepEqual(short(answer.totals), totalsOf(within(known, period.since, period.until)));
      assert.equal(before.period.until, period.since);
      assert.deepEqual(short(before.totals), totalsOf(within(known, before.period.since, before.period.until)));
    }
    const whole = await ask(sources, 'overview', ALL);
    const took = known.map(({ public: { timing } }) => timing.ended - timing.started);
    const mean = took.reduce((sum, ms) => sum + ms, 0) / took.length;
    assert.ok(Math.abs((whole.totals.mean_ms.total ?? 0) - mean) < 0.001);
  });

  test('overview: filters take values, none, not, and erased', async () => {
    const { sources, known } = opened;
    const count = async (filter: object): Promise<number> => {
      const filters = [filter] as Parameters<typeof ask<'overview'>>[2]['filters'];
      return (await ask(sources, 'overview', { ...ALL, ...(filters === undefined ? {} : { filters }) })).totals.calls;
    };
    const where = (test: (call: Known) => boolean): number => known.filter(test).length;
    assert.equal(
      await count({ dimension: 'team', values: ['team-1'] }),
      where((c) => c.who.team === 'team-1'),
    );
    assert.equal(
      await count({ dimension: 'team', values: ['team-1', 'team-2'], not: true }),
      where((c) => c.who.team !== 'team-1' && c.who.team !== 'team-2'),
    );
    assert.equal(
      await count({ dimension: 'cloud', values: [null] }),
      where((c) => c.public.served === null),
    );
    assert.equal(await count({ dimension: 'team', values: [null], erased: true }), where(erased));
    assert.equal(await count({ dimension: 'team', values: [null], erased: false }), 0);
    await assert.rejects(count({ dimension: 'model', values: [null], erased: true }), { code: 'BAD_REQUEST' });
  });

  test('breakdown: by one and by two dimensions, dearest first, and the rest is the exact difference', async () => {
    const { sources, known } = opened;
    for (const by of [['team'], ['model', 'outcome'], ['cloud', 'team']] as const) {
      for (const most of [3, 100]) {
        const answer = await ask(sources, 'breakdown', { ...ALL, by: [...by], most });
        const parts = Map.groupBy(known, (call) =>
          JSON.stringify([...by.map((name) => valueOf(call, name)), by.includes('team' as never) && erased(call)]),
        );
        const expected = [...parts.values()].map(totalsOf).toSorted(dearest);
        assert.deepEqual(
          answer.rows.map((row) => short(row.totals)).toSorted(dearest),
          expected.slice(0, answer.rows.length),
        );
        for (const { members, totals } of answer.rows) {
          const own = known.filter((call) =>
            members.every(
              (member, index) =>
                member.value === valueOf(call, by[index] ?? 'team') && (member.erased ? erased(call) : true),
            ),
          );
          assert.deepEqual(short(totals), totalsOf(own));
        }
        assert.deepEqual(short(answer.total), totalsOf(known));
        checkOthers(answer, parts.size, most);
      }
    }
  });

  const dearest = (a: { billed: string; calls: number }, b: { billed: string; calls: number }): number =>
    Number(b.billed) - Number(a.billed) || b.calls - a.calls;

  function checkOthers(answer: Breakdown, parts: number, most: number): void {
    if (parts <= most) return assert.equal(answer.others, null);
    assert.equal(answer.others?.rows, parts - most);
    const listed = answer.rows.reduce((sum, { totals }) => sum + totals.calls, 0);
    assert.equal(answer.others.totals.calls, answer.total.calls - listed);
  }

  test('breakdown: compared, each row says what it came to in the period before', async () => {
    const { sources, known } = opened;
    const [since, until] = [START + 30 * HOUR_MS, START + 60 * HOUR_MS];
    const answer = await ask(sources, 'breakdown', {
      since,
      until,
      by: ['team'],
      sort: 'calls',
      most: 4,
      compare: true,
    });
    const past = within(known, since - (until - since), since);
    for (const { members, before } of answer.rows) {
      const own = past.filter(
        (call) => valueOf(call, 'team') === members[0]?.value && erased(call) === members[0]?.erased,
      );
      assert.deepEqual(before === null ? null : short(before), totalsOf(own));
    }
    assert.deepEqual(answer.before === null ? null : short(answer.before.totals), totalsOf(past));
    const listed = answer.rows.reduce((sum, { before }) => sum + (before?.calls ?? 0), 0);
    assert.equal(answer.others?.before?.calls, past.length - listed);
  });

  test('series: by hour and by day, whole and split, and the parts add up to the whole', async () => {
    const { sources, known } = opened;
    for (const [every, step] of [
      ['hour', HOUR_MS],
      ['day', DAY_MS],
    ] as const) {
      for (const measure of ['calls', 'tokens_input', 'billed'] as const) {
        const whole = await ask(sources, 'series', { ...ALL, every, measure });
        const split = await ask(sources, 'series', { ...ALL, every, measure, by: 'team', most: 3 });
        assert.deepEqual(whole.starts, split.starts);
        for (const [index, start] of whole.starts.entries()) {
          const totals = totalsOf(within(known, start, start + step));
          const expected = measure === 'calls' ? totals.calls : measure === 'billed' ? totals.billed : totals.input;
          assert.equal(whole.series[0]?.points[index], expected);
          assert.equal(whole.series[0]?.unpriced[index], totals.unpriced);
          const parts = split.series.reduce((sum, one) => sum + Number(one.points[index]), 0);
          assert.ok(Math.abs(parts - Number(expected)) < 1e-9);
        }
        assert.equal(split.series.length, 4);
        assert.equal(split.series.at(-1)?.others, 4, 'six teams and the erased, less three');
        assert.equal(split.currency, measure === 'billed' ? 'USD' : null);
      }
    }
    await assert.rejects(ask(sources, 'series', { since: 0, until: START, every: 'hour' }), { code: 'BAD_REQUEST' });
  });

  test('latency: quantiles are as exact as they say, merged over anything', async () => {
    const { sources, known } = opened;
    const completed = known.filter((call) => call.public.outcome === 'completed');
    const figures = {
      total: (call: Known) => call.public.timing.ended - call.public.timing.started,
      ttft: (call: Known) => call.public.timing.ttft_ms,
      tpot: (call: Known) => call.public.timing.tpot_ms,
      gateway: (call: Known) => call.public.timing.gateway_ms,
    };
    const check = (
      calls: readonly Known[],
      row: { metric: keyof typeof figures; calls: number; ms: (number | null)[] },
      quantiles: readonly number[],
    ): void => {
      const values = calls.flatMap((call) => figures[row.metric](call) ?? []);
      assert.equal(row.calls, values.length);
      for (const [index, quantile] of quantiles.entries()) {
        const exact = exactQuantile(values, quantile);
        const read = row.ms[index] ?? Number.NaN;
        assert.ok(
          Math.abs(read - exact) <= exact * LATENCY_RELATIVE_ERROR + 0.0005,
          `${row.metric} p${quantile}: ${read}, not ${exact}`,
        );
      }
    };
    const whole = await ask(sources, 'latency', { ...ALL, buckets: true });
    assert.deepEqual(
      whole.rows.map(({ metric }) => metric),
      ['total', 'ttft', 'tpot', 'gateway'],
    );
    for (const row of whole.rows) {
      check(completed, row, whole.quantiles);
      assert.equal(
        row.buckets.reduce((sum, { calls }) => sum + calls, 0),
        row.calls,
      );
    }
    const split = await ask(sources, 'latency', {
      ...ALL,
      metrics: ['ttft'],
      by: 'deployment',
      every: 'day',
      quantiles: [0.5, 1],
    });
    assert.ok(split.rows.length > 6);
    for (const row of split.rows) {
      const start = row.start ?? 0;
      check(
        within(completed, start, start + DAY_MS).filter((call) => valueOf(call, 'deployment') === row.value),
        row,
        split.quantiles,
      );
    }
    const filters = [{ dimension: 'cloud', values: ['vertex'], not: true }] as const;
    const rest = await ask(sources, 'latency', {
      ...ALL,
      metrics: ['total'],
      filters: [...filters.map((each) => ({ ...each, values: [...each.values] }))],
    });
    check(
      completed.filter((call) => valueOf(call, 'cloud') !== 'vertex'),
      rest.rows[0] ?? assert.fail('no row'),
      rest.quantiles,
    );
  });

  test('calls: newest first, page by page, as far as they are kept', async () => {
    const { sources, known } = opened;
    const seen: string[] = [];
    let before: number | undefined;
    for (;;) {
      const page = await ask(sources, 'calls', { limit: 100, ...(before === undefined ? {} : { before }) });
      seen.push(...page.rows.map(({ id }) => id));
      assert.ok(page.kept.calls >= 500 && page.kept.calls < 600, `${page.kept.calls} are kept`);
      if (page.next === null) break;
      before = page.next;
    }
    assert.deepEqual(
      seen,
      known
        .slice(-seen.length)
        .map(({ id }) => id)
        .reverse(),
    );
    assert.deepEqual((await ask(sources, 'calls', { before: 1 })).rows, []);
  });

  test('calls: what a search finds is what it asks for', async () => {
    const { sources, known } = opened;
    const { parseCallSearch } = await import('@weighbridge/protocol');
    const kept = (await ask(sources, 'calls', {})).kept.calls;
    const recent = known.slice(-kept).reverse();
    const cases: readonly (readonly [string, (call: Known) => boolean])[] = [
      ['team:team-1', (call) => call.who.team === 'team-1'],
      [
        'team:TEAM-1,team-2 outcome:completed',
        (call) => /^team-[12]$/.test(call.who.team ?? '') && call.public.outcome === 'completed',
      ],
      ['-model:claude*', (call) => valueOf(call, 'model')?.startsWith('claude') !== true],
      ['cloud:none', (call) => call.public.served === null],
      ['total:>5000', (call) => call.public.timing.ended - call.public.timing.started > 5_000],
      ['cost:<0.005', (call) => call.commercial.cost.billed !== null && Number(call.commercial.cost.billed) < 0.005],
      ['status:502 stream:no', (call) => call.public.status === 502 && !call.public.asked.stream],
      ['fallback:yes', (call) => call.public.served?.fallback === true],
      ['erased:yes', erased],
      ['"odd} and"', (call) => call.public.asked.alias.includes('odd} and')],
      [
        'ÜNÏCODE -frankfurt',
        (call) => call.public.asked.alias.includes('ünïcode') && valueOf(call, 'deployment') !== 'sonnet-frankfurt',
      ],
    ];
    for (const [text, wanted] of cases) {
      const { filters, problems } = parseCallSearch(text);
      assert.deepEqual(problems, []);
      const { rows } = await ask(sources, 'calls', { filters: [...filters], limit: 500 });
      assert.deepEqual(
        rows.map(({ id }) => id),
        recent.filter(wanted).map(({ id }) => id),
        text,
      );
      assert.ok(rows.length > 0 || text.startsWith('erased'), text);
    }
    const hour = await ask(sources, 'calls', { since: END - 3 * HOUR_MS, until: END - HOUR_MS, limit: 500 });
    assert.deepEqual(
      hour.rows.map(({ id }) => id),
      within(recent, END - 3 * HOUR_MS, END - HOUR_MS).map(({ id }) => id),
    );
  });

  test('behind: the calls of any row of a roll-up, from the table and from the journal alike', async () => {
    const { sources, known } = opened;
    const filters = [
      { dimension: 'team' as const, values: ['team-2'] },
      { dimension: 'cloud' as const, values: ['openai'] },
    ];
    const found: string[] = [];
    let before: number | undefined;
    for (;;) {
      const page = await ask(sources, 'behind', {
        ...ALL,
        filters,
        limit: 40,
        ...(before === undefined ? {} : { before }),
      });
      found.push(...page.rows.map(({ id }) => id));
      if (page.next === null) break;
      before = page.next;
    }
    const own = known.filter((call) => call.who.team === 'team-2' && valueOf(call, 'cloud') === 'openai').reverse();
    assert.deepEqual(
      found,
      own.map(({ id }) => id),
    );
    assert.ok(found.length > 50, 'both kept ones and older ones');
    const gone = await ask(sources, 'behind', {
      ...ALL,
      filters: [{ dimension: 'team', values: [null], erased: true }],
    });
    assert.deepEqual(
      gone.rows.map(({ id, team, erased: is }) => [id, team, is]),
      known
        .filter(erased)
        .reverse()
        .slice(0, 50)
        .map(({ id }) => [id, null, true]),
    );
  });

  test('a row read from the journal is the row of the table', async () => {
    const { sources } = opened;
    const { rows } = await ask(sources, 'calls', { limit: 50 });
    const none = {
      read: (sql: string, params: readonly (string | null)[], most: number) =>
        sql.includes('recent_call') ? Promise.resolve([]) : sources.reader.read(sql, params, most),
    };
    const page = await ask({ ...sources, reader: none }, 'behind', { ...ALL, limit: 50 });
    assert.deepEqual(page.rows, rows);
  });

  test('receipt: everything of one call, with the decision it refers to', async () => {
    const { sources, known } = opened;
    const call = known.find((each) => each.route === 'haiku' && !erased(each)) ?? assert.fail('no such call');
    const answer = await ask(sources, 'receipt', { id: call.id });
    assert.deepEqual(answer.public, call.public);
    assert.deepEqual(answer.personal, { who: call.who });
    assert.equal(answer.decision?.['route'], 'haiku');
    assert.equal(answer.erased, false);
    const gone = known.find(erased) ?? assert.fail('nobody was erased');
    const without = await ask(sources, 'receipt', { id: gone.id });
    assert.deepEqual([without.personal, without.erased], [null, true]);
    await assert.rejects(ask(sources, 'receipt', { id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }), { code: 'RECEIPT_UNKNOWN' });
  });

  test('log: how it grew, and the checkpoint as it stands', async () => {
    const { sources, journal, known } = opened;
    const answer = await ask(sources, 'log', ALL);
    assert.equal(answer.size, journal.checkpoint().size);
    const calls = answer.hours.filter(({ kind: of }) => of === 'call').reduce((sum, { entries }) => sum + entries, 0);
    assert.equal(calls, known.length);
  });

  test('an input that does not fit is refused before anything is read', async () => {
    const { sources } = opened;
    const wrong: readonly (readonly [QueryName, unknown])[] = [
      ['overview', {}],
      ['overview', { since: 5, until: 5 }],
      ['overview', { since: 0, until: 9e14 }],
      ['overview', { ...ALL, filters: [{ dimension: 'shoe', values: ['x'] }] }],
      ['breakdown', { ...ALL, by: [] }],
      ['breakdown', { ...ALL, by: ['team; DROP TABLE rollup_hour'] }],
      ['breakdown', { ...ALL, by: ['team'], sort: 'calls); DROP TABLE rollup_hour; --' }],
      ['calls', { limit: 100_000 }],
      ['latency', { ...ALL, quantiles: [2] }],
    ];
    for (const [name, input] of wrong) {
      await assert.rejects(
        ask(sources, name, input as never),
        { code: 'BAD_REQUEST' },
        `${name} ${JSON.stringify(input)}`,
      );
    }
    assert.ok(LIMITS.query_ms > 0);
  });
}

describe('questions to the embedded database', () => queryTests(embedded));
describe('questions to PostgreSQL 15', { skip: postgresMissing }, () => {
  before(startServer);
  after(stopServer);
  queryTests(postgresql);
});
