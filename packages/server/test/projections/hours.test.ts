// Hours of calls for a plan's demand: what the tables say is what the receipts say, and what the log says without tables.
import assert from 'node:assert/strict';
import { HOUR_MS, TOKEN_CLASSES, type Dimension, type TokenClass } from '@weighbridge/protocol';
import { hoursAtRest, lastDays, ownHoursFrom } from '../../src/plan/own-hours.ts';
import { ask } from '../../src/queries/index.ts';
import type { HourRow } from '../../src/queries/hours.ts';
import { START } from '../../../../test/receipts/log.ts';
import { valueOf, type Known } from './support/oracle.ts';
import { ALL, END, erased, questions, within } from './support/questions.ts';

const { question, run } = questions();

/** From the receipts themselves. */
function told(known: readonly Known[]): readonly HourRow[] {
  return [...Map.groupBy(known, ({ at }) => Math.floor(at / HOUR_MS) * HOUR_MS)]
    .toSorted(([a], [b]) => a - b)
    .map(([at, calls]) => {
      const tokens: Partial<Record<TokenClass, number>> = {};
      for (const { public: call } of calls)
        for (const usage of [call.usage, ...call.attempts.map((attempt) => attempt.usage)])
          for (const name of TOKEN_CLASSES) {
            const count = usage?.tokens[name] ?? 0;
            if (count > 0) tokens[name] = (tokens[name] ?? 0) + count;
          }
      const requests = calls.filter(({ public: { outcome } }) => outcome !== 'error' && outcome !== 'refused').length;
      return { at, requests, tokens };
    });
}

const ORDER = TOKEN_CLASSES;
/** Keys in one order. */
const plain = (rows: readonly HourRow[]): string =>
  JSON.stringify(rows.map(({ at, requests, tokens }) => [at, requests, ORDER.map((name) => tokens[name] ?? 0)]));

question(
  'hours: of tables, of the log and of the receipts alike, whatever is asked for',
  async ({ sources, known, journal }) => {
    const model = known.map((call) => valueOf(call, 'model')).find((name) => name !== null)!;
    const route = known.map((call) => call.route).find((name) => name !== null)!;
    const asked: readonly Readonly<Record<string, string>>[] = [
      {},
      { model },
      { route },
      { route, model },
      { team: 'team-1' },
      { deployment: 'nothing' },
    ];
    for (const filters of asked)
      for (const period of [ALL, { since: START + 5 * HOUR_MS, until: START + 20 * HOUR_MS }]) {
        const list = Object.entries(filters).map(([dimension, value]) => ({
          dimension: dimension as Dimension,
          values: [value],
        }));
        const { rows } = await ask(sources, 'hours', { ...period, filters: list });
        const here = within(known, period.since, period.until).filter((call) =>
          Object.entries(filters).every(
            ([dimension, value]) =>
              !(dimension === 'team' && erased(call)) && valueOf(call, dimension as Dimension) === value,
          ),
        );
        assert.equal(plain(rows), plain(told(here)), JSON.stringify(filters));
        assert.equal(plain(hoursAtRest(journal, period, filters)), plain(rows), JSON.stringify(filters));
        if ('deployment' in filters) assert.deepEqual(rows, []);
        else assert.ok(rows.length > 5);
      }
  },
);

question('hours: more than half a year is refused', async ({ sources }) => {
  await assert.rejects(ask(sources, 'hours', { since: 0, until: 200 * 24 * HOUR_MS }), { code: 'BAD_REQUEST' });
});

question(
  'hours: follow one another to the end, those without a call are zero, and what no unit counts is told',
  async ({ sources }) => {
    const { rows } = await ask(sources, 'hours', ALL);
    const until = Math.ceil(END / HOUR_MS) * HOUR_MS + 3 * HOUR_MS;
    const { receipts, left_out, simulated } = ownHoursFrom(rows, until, true);
    assert.equal(simulated, true);
    assert.equal(receipts.length, (until - rows[0]!.at) / HOUR_MS);
    assert.deepEqual(receipts.at(-1), {
      hour: new Date(until - HOUR_MS).toISOString().replace('.000Z', 'Z'),
      requests: 0,
      tokens: {},
    });
    const sum = (name: TokenClass): number => rows.reduce((total, { tokens }) => total + (tokens[name] ?? 0), 0);
    assert.equal(left_out, sum('cache_read_audio') + sum('output_audio') + sum('output_image'));
    assert.equal(
      receipts.reduce((total, { tokens }) => total + (tokens.input ?? 0), 0),
      sum('input'),
    );
    assert.deepEqual(ownHoursFrom([], until, false), { receipts: [], left_out: 0, simulated: false });
    assert.deepEqual(lastDays(10 * 24 * HOUR_MS + 5, 2), { since: 8 * 24 * HOUR_MS, until: 10 * 24 * HOUR_MS });
  },
);

run();
