// What is added up here, where groups are few, against what the database adds up by itself: the same for any question.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DIMENSIONS, HOUR_MS, MEASURES, type DimensionFilter, type Member } from '@weighbridge/protocol';
import { sameParts, samePartsOf, topParts, topPartsOf } from '../../src/queries/breakdown.ts';
import { groupSums, topMembersOf } from '../../src/queries/group-sums.ts';
import { topMembers } from '../../src/queries/members.ts';
import { before, hoursOf } from '../../src/queries/ranges.ts';
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

question('where groups are too many, the database is left to add them up', async ({ sources }) => {
  assert.equal(await groupSums(sources.reader, hoursOf({ since: START, until: END }), [], 1), null);
});

run();
