// What is added up here, where groups are few, against what the database adds up by itself: the same for any question.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DIMENSIONS, HOUR_MS, MEASURES, seriesInput, type DimensionFilter, type Member } from '@weighbridge/protocol';
import { sameParts, samePartsOf, topParts, topPartsOf } from '../../src/queries/breakdown.ts';
import { groupLines } from '../../src/queries/group-lines.ts';
import { groupSums, topMembersOf } from '../../src/queries/group-sums.ts';
import { topMembers } from '../../src/queries/members.ts';
import { before, hoursOf } from '../../src/queries/ranges.ts';
import { bucketsOf, drawnOf, leadersOf, readLines } from '../../src/queries/series.ts';
import type { TotalsSum } from '../../src/queries/totals-sum.ts';
import { START } from '../../../../test/receipts/log.ts';
import { END, questions } from './support/questions.ts';

const { question, run } = questions();

/** More than the log has. */
const EVERY_GROUP = 100_000;
const HOURS = Math.ceil((END - START) / HOUR_MS);

const filter: fc.Arbitrary<DimensionFilter> = fc.oneof(
  fc.record({
    dimension: fc.constant('team' as const),
    values: fc.uniqueArray(fc.constantFrom('team-0', 'team-1', 'team-2', null), { minLength: 1 }),
    not: fc.boolean(),
  }),
  fc.record({
    dimension: fc.constant('outcome' as const),
    values: fc.constant(['completed', 'error'] as (string | null)[]),
    not: fc.boolean(),
  }),
);

const asked = fc.record({
  from: fc.integer({ min: -2, max: HOURS }),
  hours: fc.integer({ min: 1, max: HOURS }),
  by: fc.uniqueArray(fc.constantFrom(...DIMENSIONS), { minLength: 1, maxLength: 2 }),
  sort: fc.constantFrom(...MEASURES),
  most: fc.constantFrom(1, 3, 500),
  filters: fc.array(filter, { maxLength: 2 }),
});

const shown = (parts: readonly { readonly members: readonly Member[]; readonly sum: TotalsSum }[]) =>
  parts.map(({ members, sum }) => ({ members, totals: sum.view() }));

question(
  'any split, its period before and its largest members: added up here as by the database',
  async ({ sources }) => {
    const { reader } = sources;
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(asked, async ({ from, hours: count, by, sort, most, filters }) => {
        const since = START + from * HOUR_MS;
        const hours = hoursOf({ since, until: since + count * HOUR_MS });
        const earlier = before(hours);
        const rows = await groupSums(reader, hours, filters, EVERY_GROUP);
        const past = await groupSums(reader, earlier, filters, EVERY_GROUP);
        assert.ok(rows !== null && past !== null);
        const [here, there] = [
          topPartsOf(rows, { by, sort, most }),
          await topParts(reader, { hours, by, sort, most, filters }),
        ];
        assert.deepEqual(shown(here.parts), shown(there.parts));
        assert.deepEqual(here.total.view(), there.total.view());
        assert.equal(here.count, there.count);
        const [then, other] = [
          samePartsOf(past, by, there.parts),
          await sameParts(reader, earlier, by, filters, there.parts),
        ];
        assert.deepEqual(
          then.parts.map((sum) => sum.view()),
          other.parts.map((sum) => sum.view()),
        );
        assert.deepEqual(then.rest.view(), other.rest.view());
        const top = { by: by[0] ?? 'team', measure: sort, currency: undefined, most, filters };
        assert.deepEqual(topMembersOf(rows, top), await topMembers(reader, { ...top, hours }));
        compared += there.parts.length;
      }),
      { numRuns: 60 },
    );
    assert.ok(compared > 100, 'there was something to compare');
  },
);

const drawing = fc.record({
  from: fc.integer({ min: -2, max: HOURS }),
  hours: fc.integer({ min: 1, max: HOURS }),
  every: fc.constantFrom('hour' as const, 'day' as const),
  by: fc.option(fc.constantFrom(...DIMENSIONS), { nil: undefined }),
  measure: fc.constantFrom(...MEASURES),
  currency: fc.constantFrom(undefined, 'USD', 'EUR'),
  most: fc.constantFrom(1, 3, 20),
  filters: fc.array(filter, { maxLength: 2 }),
});

question('any series, its leaders and what has no price: added up here as by the database', async ({ sources }) => {
  let points = 0n;
  let unpriced = 0;
  await fc.assert(
    fc.asyncProperty(drawing, async ({ from, hours: count, ...input }) => {
      const since = START + from * HOUR_MS;
      const asked = seriesInput.parse({ ...input, since, until: since + count * HOUR_MS });
      const hours = hoursOf(asked);
      const buckets = bucketsOf(hours, asked.every);
      const rows = await groupLines(sources.reader, hours, buckets, asked, EVERY_GROUP);
      assert.ok(rows !== null);
      const { lines, ...leaders } = drawnOf(rows, asked, buckets.count);
      const there = await leadersOf(sources, asked, hours);
      assert.deepEqual(leaders, there);
      assert.deepEqual(lines, await readLines(sources, asked, hours, buckets, there));
      for (const line of lines) {
        points += line.values.reduce((sum, value) => sum + value, 0n);
        unpriced += line.unpriced.reduce((sum, calls) => sum + calls, 0);
      }
    }),
    { numRuns: 100 },
  );
  assert.ok(points > 0n && unpriced > 0, 'there was something to compare');
});

question('where groups are too many, the database is left to add them up', async ({ sources }) => {
  const hours = hoursOf({ since: START, until: END });
  assert.equal(await groupSums(sources.reader, hours, [], 1), null);
  const asked = { measure: 'billed', filters: [] };
  const buckets = bucketsOf(hours, 'hour');
  assert.equal(await groupLines(sources.reader, hours, buckets, asked, 1), null);
  assert.notEqual(await groupLines(sources.reader, hours, buckets, asked), null);
  assert.equal(await groupLines(sources.reader, hours, { ...buckets, count: 100_001 }, asked), null);
});

run();
