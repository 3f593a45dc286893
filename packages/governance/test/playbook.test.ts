// The playbook grades itself from facts, and never calls done what is not shown.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isAppError } from '@weighbridge/kernel';
import {
  exactText,
  gradePlaybook,
  GROUPS,
  readPlaybook,
  type Facts,
  type Graded,
  type Playbook,
} from '../src/index.ts';
import { compare } from '../src/numbers/rational.ts';
import { missingNotes, readData, readNotes } from './support/corpus.ts';
import { day } from './support/evidence.ts';

const PATH = 'playbook/buyer.yaml';
const playbook = readPlaybook(PATH, readData(PATH));
const AT = day('2026-11-29');
const item = (id: string, facts: Facts): Graded => {
  const found = gradePlaybook(playbook, facts, AT).items.find((one) => one.id === id);
  assert.ok(found !== undefined, id);
  return found;
};
const mustGrade = (id: string, facts: Facts, grade: string, reason: string): void => {
  const found = item(id, facts);
  assert.deepEqual([found.grade, found.reason], [grade, reason]);
};
const mustRefuse = (run: () => unknown, says: RegExp): void =>
  assert.throws(run, (error) => isAppError(error) && error.code === 'BAD_REQUEST' && says.test(error.message));

describe('the shipped playbook', () => {
  test('holds each item of the notes, in their words and order', { skip: missingNotes('alliance.md') }, () => {
    const text = readNotes('alliance.md');
    const listed = (title: string): string[] => {
      const [, line = ''] = new RegExp(`\\*${title}\\*:? (.*?)\\.(?: \\*|\n)`).exec(text) ?? [];
      return line.split('; ');
    };
    const texts = (group: string): string[] =>
      Object.values(playbook.items)
        .filter((entry) => entry.group === group)
        .map((entry) => entry.text);
    assert.deepEqual(texts('months_0_6'), listed('0–6 months'));
    assert.deepEqual(texts('months_6_18'), listed('6–18'));
    assert.deepEqual(texts('months_18_on'), listed('18\\+'));
    assert.deepEqual(texts('procurement'), listed('Procurement checklist'));
    assert.equal(Object.keys(playbook.items).length, 25);
  });
  test('says for each item what to do next and who', () => {
    for (const { next, who } of gradePlaybook(playbook, {}, AT).items) assert.ok(next !== undefined && who !== '');
  });
});

describe('a grade', () => {
  test('is done only when every need is shown, and then nothing comes next', () => {
    mustGrade(
      'validate-claims',
      { trial_count: 2, trial_on_own_work: true },
      'done',
      'shown: trials that were run: 2 of 1, the trial ran on representative own work',
    );
    assert.equal(item('validate-claims', { trial_count: 2, trial_on_own_work: true }).next, undefined);
  });
  test('is partly done when something is shown and something is missing', () =>
    mustGrade(
      'validate-claims',
      { trial_count: 2, trial_on_own_work: false },
      'partly',
      'shown: trials that were run: 2 of 1; missing: the trial ran on representative own work',
    ));
  test('is no more than partly when something shown stands beside something unknown', () => {
    mustGrade(
      'validate-claims',
      { trial_count: 2 },
      'partly',
      'shown: trials that were run: 2 of 1; not known: the trial ran on representative own work',
    );
    assert.deepEqual(item('validate-claims', { trial_count: 2 }).unknown, ['trial_on_own_work']);
  });
  test('is open when nothing is shown and something is missing', () =>
    mustGrade(
      'validate-claims',
      { trial_count: 0 },
      'open',
      'missing: trials that were run: 0 of 1; not known: the trial ran on representative own work',
    ));
  test('cannot be told when nothing is known: absent and null are alike', () => {
    mustGrade('capacity-verified', {}, 'cannot tell', 'not known: state of the capacity claim');
    mustGrade(
      'capacity-verified',
      { capacity_claim_state: null },
      'cannot tell',
      'not known: state of the capacity claim',
    );
  });
  test('follows the state of a claim', () => {
    mustGrade(
      'capacity-verified',
      { capacity_claim_state: 'verified' },
      'done',
      'shown: state of the capacity claim: verified',
    );
    for (const state of ['reported', 'partially', 'unverified', 'contradicted', 'expired'])
      mustGrade(
        'capacity-verified',
        { capacity_claim_state: state },
        'open',
        `missing: state of the capacity claim: ${state}`,
      );
  });
  test('counts each clause that is needed', () => {
    mustGrade(
      'sla-metrics',
      { sla_clauses: ['latency_p99', 'availability'] },
      'partly',
      'shown: the SLA has (latency p99), the SLA has (availability); missing: the SLA has (rpo), the SLA has (rto), the SLA has (region)',
    );
    assert.equal(item('sla-metrics', { sla_clauses: [] }).grade, 'open');
    assert.equal(
      item('sla-metrics', { sla_clauses: ['region', 'rto', 'rpo', 'availability', 'latency_p99', 'other'] }).grade,
      'done',
    );
  });
  test('is lost when what showed it has aged, and never won by a day to come', () => {
    const drilled = (exit_drill_at: string) => item('exit-rights', { contract_clauses: ['exit_right'], exit_drill_at });
    assert.equal(drilled('2025-11-29').grade, 'done');
    assert.equal(drilled('2025-11-28').grade, 'partly');
    assert.match(drilled('2025-11-28').reason, /missing: leaving was drilled: 2025-11-28, longer ago than 365 days/);
    assert.match(drilled('2026-11-30').reason, /missing: leaving was drilled: 2026-11-30 has not come yet/);
  });
  test('with a ceiling is missing above it', () => {
    const reviewed = { residency_reviewed_at: '2026-11-01' };
    assert.equal(item('residency-reassessed', { ...reviewed, watch_reviews_overdue: 0 }).grade, 'done');
    assert.match(
      item('residency-reassessed', { ...reviewed, watch_reviews_overdue: 1 }).reason,
      /missing: .*: 1, at most 0/,
    );
  });
});

describe('adding up', () => {
  test('without facts shows nothing done, and rules nothing out', () => {
    const { all, groups } = gradePlaybook(playbook, {}, AT);
    assert.deepEqual([all.total, all.done, all.partly, all.open, all.cannot_tell], [25, 0, 0, 0, 25]);
    assert.ok(all.done_share !== undefined);
    assert.deepEqual([exactText(all.done_share.low), exactText(all.done_share.high)], ['0', '1']);
    assert.deepEqual(
      GROUPS.map((group) => groups[group].total),
      [3, 4, 3, 15],
    );
  });
  test('of a few facts gives a share between what is shown and what may be', () => {
    const { groups } = gradePlaybook(
      playbook,
      { models_in_use: 2, agents_validated_at: '2026-01-01', clouds_tested: 3 },
      AT,
    );
    const { done, partly, open, cannot_tell, done_share } = groups.months_6_18;
    assert.deepEqual([done, partly, open, cannot_tell], [1, 1, 1, 1]);
    assert.ok(done_share !== undefined);
    assert.deepEqual([exactText(done_share.low), exactText(done_share.high)], ['0.25', '0.75']);
  });
  test('over no items is no share', () => {
    const empty: Playbook = { ...playbook, items: {} };
    assert.equal(gradePlaybook(empty, {}, AT).all.done_share, undefined);
  });
});

describe('for every set of facts', () => {
  const words = [
    ...new Set(
      Object.values(playbook.items).flatMap(({ needs }) =>
        needs.flatMap(({ includes, one_of }) => includes ?? one_of ?? []),
      ),
    ),
  ];
  const arbitrary: Readonly<Record<string, fc.Arbitrary<Facts[string]>>> = {
    flag: fc.boolean(),
    count: fc.integer({ min: 0, max: 3 }),
    day: fc.integer({ min: -500, max: 20 }).map((days) => new Date(AT + days * 86_400_000).toISOString().slice(0, 10)),
    word: fc.constantFrom('reported', 'verified'),
    words: fc.subarray(words),
  };
  const facts: fc.Arbitrary<Facts> = fc
    .record(
      Object.fromEntries(
        Object.entries(playbook.facts).map(([name, { kind }]) => [
          name,
          fc.option(arbitrary[kind] ?? fc.constant(null)),
        ]),
      ),
      { requiredKeys: [], noNullPrototype: true },
    )
    .map((found) => ({ ...found }) as Facts);
  const options = { seed: 20261129, numRuns: 300 };

  test('an item with an unknown is never done, and the counts sum up', () =>
    fc.assert(
      fc.property(facts, (known) => {
        const { items, all } = gradePlaybook(playbook, known, AT);
        for (const { grade, unknown, reason } of items) {
          if (unknown.length > 0) assert.notEqual(grade, 'done');
          assert.notEqual(reason, '');
        }
        assert.equal(all.done + all.partly + all.open + all.cannot_tell, all.total);
        assert.ok(all.done_share !== undefined && compare(all.done_share.low, all.done_share.high) <= 0);
      }),
      options,
    ));
  test('learning one fact more never moves the share out of what it could be', () =>
    fc.assert(
      fc.property(facts, fc.constantFrom(...Object.keys(playbook.facts)), (known, name) => {
        const before = gradePlaybook(playbook, { ...known, [name]: null }, AT).all.done_share;
        const after = gradePlaybook(playbook, known, AT).all.done_share;
        assert.ok(before !== undefined && after !== undefined);
        assert.ok(compare(before.low, after.low) <= 0 && compare(after.high, before.high) <= 0);
      }),
      options,
    ));
  test('forgetting every fact leaves nothing done', () =>
    fc.assert(
      fc.property(facts, (known) => {
        const forgotten = Object.fromEntries(Object.keys(known).map((name) => [name, null]));
        assert.equal(gradePlaybook(playbook, forgotten, AT).all.cannot_tell, 25);
      }),
      { ...options, numRuns: 30 },
    ));
});

describe('facts that cannot be used are refused', () => {
  const mustRefuseIt = (facts: Facts, says: RegExp): void => mustRefuse(() => gradePlaybook(playbook, facts, AT), says);
  test('a name that the playbook does not know, with the nearest', () => {
    mustRefuseIt(
      { exit_dril_at: '2026-01-01' },
      /"exit_dril_at" is no fact of the playbook; did you mean "exit_drill_at"\?/,
    );
    mustRefuseIt({ constructor: true }, /"constructor" is no fact of the playbook$/);
  });
  test('a value of another kind', () => {
    mustRefuseIt({ trial_count: '2' }, /"trial_count" has to be a whole number, zero or more/);
    mustRefuseIt({ trial_count: -1 }, /has to be a whole number/);
    mustRefuseIt({ trial_count: 1.5 }, /has to be a whole number/);
    mustRefuseIt({ trial_count: Number.NaN }, /has to be a whole number/);
    mustRefuseIt({ trial_on_own_work: 1 }, /"trial_on_own_work" has to be true or false/);
    mustRefuseIt({ exit_drill_at: '2026-02-30' }, /"exit_drill_at" has to be a day that exists/);
    mustRefuseIt({ exit_drill_at: '2026-02' }, /has to be a day that exists/);
    mustRefuseIt({ sla_clauses: 'region' }, /"sla_clauses" has to be a list of words/);
    mustRefuseIt({ capacity_claim_state: true }, /"capacity_claim_state" has to be a word/);
  });
});

test('a playbook with faults is refused with line, reason and mend', () => {
  const text = readData(PATH)
    .replace('fact: trial_count, at_least: 1', 'fact: trial_cout, at_least: 1')
    .replace('fact: models_in_use, at_least: 2', 'fact: models_in_use, is: true')
    .replace('fact: migration_plan_at, within_days: 365', 'fact: migration_plan_at');
  assert.throws(
    () => readPlaybook('buyer.yaml', text),
    (error) =>
      isAppError(error) &&
      /buyer\.yaml:\d+:\d+: items\.migration-plan\.needs\[0\] does not fit; say of the fact exactly one thing/.test(
        error.message,
      ),
  );
  assert.throws(
    () =>
      readPlaybook(
        'buyer.yaml',
        text.replace('{ fact: migration_plan_at }', '{ fact: migration_plan_at, within_days: 365 }'),
      ),
    (error) => {
      assert.ok(isAppError(error) && error.code === 'DEAL_INVALID');
      assert.match(error.message, /"trial_cout" is no fact of this playbook; did you mean "trial_count"\?/);
      assert.match(error.message, /"models_in_use" is a count; say at_least or at_most of it/);
      return true;
    },
  );
});
