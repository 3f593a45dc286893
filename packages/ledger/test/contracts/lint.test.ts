// Each rule of the linter finds what it looks for in a contract that is sound but for that, and nothing in the sound one.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CONTRACT_RULES,
  lintContract,
  questionnaire,
  questionnaireText,
  type Contract,
  type InstrumentKind,
  type InstrumentOf,
} from '@weighbridge/ledger';
import { sample, small } from './sample-contracts.ts';

const first = <Kind extends InstrumentKind>(contract: Contract, kind: Kind): InstrumentOf<Kind> => {
  const held = contract.instruments.find((one): one is InstrumentOf<Kind> => one.kind === kind);
  assert.ok(held !== undefined, kind);
  return held;
};
const without = (contract: Contract, kind: InstrumentKind): void => {
  contract.instruments = contract.instruments.filter((held) => held.kind !== kind);
};

/** The sample of a buyer of middling size, with the two things mended that the linter says of it. */
function sound(): Contract {
  const contract = structuredClone(sample('mid-size-buyer'));
  first(contract, 'capacity').unused = 'kept';
  first(contract, 'credit').until = contract.term.until;
  return contract;
}

const clause = (contract: Contract, kind: string): void => {
  const sla = first(contract, 'sla');
  sla.clauses = sla.clauses.filter((held) => held.kind !== kind);
};
const parties = (contract: Contract, role: string): void => {
  for (const party of Object.values(contract.parties)) party.roles = party.roles.filter((held) => held !== role);
};
const invest = (contract: Contract): void => {
  const cap = 10n ** 12n;
  contract.instruments.push({ kind: 'investment', id: 'stake', investor: 'contoso', into: 'northwind', cap });
};
const YEAR_2028 = { from: Date.UTC(2027, 0, 1), until: Date.UTC(2029, 0, 1) };

/** By rule: what spoils the sound contract, and where the rule then points. */
const SPOILED: Readonly<Record<string, readonly [spoil: (contract: Contract) => unknown, at: string]>> = {
  'shortfall-stated': [(c) => delete first(c, 'spend').shortfall, 'spend'],
  'shortfall-notice': [(c) => (first(c, 'spend').shortfall = { rule: 'rollover' }), 'spend'],
  'shortfall-automatic': [(c) => (first(c, 'spend').shortfall = { rule: 'rollover', automatic: true }), 'spend'],
  'single-milestone': [(c) => (first(c, 'spend').milestones = [{ id: 'all', ...YEAR_2028, amount: 1n }]), 'spend'],
  'back-loaded': [
    (c) => {
      const last = first(c, 'spend').milestones.at(-1);
      if (last !== undefined) last.amount *= 10n;
    },
    'spend',
  ],
  'carry-over-none': [(c) => (first(c, 'spend').carry_over = 'none'), 'spend'],
  'carry-over-stated': [(c) => delete first(c, 'spend').carry_over, 'spend'],
  'marketplace-stated': [(c) => (first(c, 'spend').eligibility = [{ when: { unit: ['CCU'] }, fraction: 1n }]), 'spend'],
  'unit-stated': [(c) => first(c, 'spend').eligibility.splice(1, 1), 'spend'],
  'price-protection': [(c) => (c.prices = []), 'contract'],
  'discount-only-nominal': [(c) => (c.prices = c.prices.filter(({ kind }) => kind === 'discount')), 'contract'],
  'billing-transparency': [(c) => (c.terms.billing = { detail: 'month', own_meter: true }), 'contract'],
  'own-meter': [(c) => (c.terms.billing = { detail: 'hour', own_meter: false }), 'contract'],
  'credit-lapses': [(c) => (first(c, 'credit').until = Date.UTC(2028, 0, 1)), 'welcome-credit'],
  'option-binds': [(c) => (first(c, 'option').conditions = ['the buyer shall order at least half']), 'more-units'],
  'option-of-seller': [(c) => (first(c, 'option').holder = 'contoso'), 'more-units'],
  'option-window': [(c) => delete first(c, 'option').exercise, 'more-units'],
  'circular-money': [invest, 'stake'],
  'investment-stages': [invest, 'stake'],
  'capacity-guarantee': [(c) => without(c, 'capacity'), 'contract'],
  'capacity-verified': [(c) => delete first(c, 'capacity').verification, 'reserved-units'],
  'capacity-third-party': [
    (c) => (first(c, 'capacity').verification = { by: 'us', method: 'a test', third_party: false }),
    'reserved-units',
  ],
  'capacity-unused-stated': [(c) => delete first(c, 'capacity').unused, 'reserved-units'],
  'capacity-lost': [(c) => (first(c, 'capacity').unused = 'lost'), 'reserved-units'],
  'capacity-price': [(c) => delete first(c, 'capacity').price, 'reserved-units'],
  'capacity-price-reckoned': [(c) => (first(c, 'capacity').price = { amount: 1n, per: 'hour' }), 'reserved-units'],
  'capacity-region': [(c) => delete first(c, 'capacity').regions, 'reserved-units'],
  'capacity-runtimes': [(c) => delete first(c, 'capacity').runtimes, 'reserved-units'],
  'capacity-quantisation': [(c) => delete first(c, 'capacity').quantisation, 'reserved-units'],
  'sla-availability': [(c) => clause(c, 'availability'), 'contract'],
  'sla-latency': [
    (c) => {
      clause(c, 'latency');
      const median = { kind: 'latency', of: 'first-token', percentile: 5n * 10n ** 11n, most_ms: 9 } as const;
      first(c, 'sla').clauses.push({ ...median, credit: [{ below: 'it', fraction: 1n }] });
    },
    'contract',
  ],
  'sla-capacity': [(c) => clause(c, 'capacity'), 'contract'],
  'sla-region': [(c) => clause(c, 'region'), 'contract'],
  'sla-rpo': [(c) => clause(c, 'rpo'), 'contract'],
  'sla-rto': [(c) => clause(c, 'rto'), 'contract'],
  'sla-remedy': [
    (c) => {
      clause(c, 'availability');
      first(c, 'sla').clauses.push({ kind: 'availability', target: 1n, window: 'month' });
    },
    'service',
  ],
  'sla-provider': [(c) => parties(c, 'sla-provider'), 'contract'],
  'exit-right': [(c) => without(c, 'exit'), 'contract'],
  'exit-for-cause': [
    (c) =>
      c.instruments.splice(
        c.instruments.findIndex(({ id }) => id === 'leave-for-cause'),
        1,
      ),
    'contract',
  ],
  'exit-fee-stated': [(c) => delete first(c, 'exit').fees, 'leave-at-half-time'],
  'exit-fee-base': [
    (c) => (first(c, 'exit').fees = [{ months: { first: 1 }, of_remaining: 10n ** 11n }]),
    'leave-at-half-time',
  ],
  'exit-fee-as-dear': [
    (c) => {
      for (const fee of first(c, 'exit').fees ?? []) fee.amount = 10n ** 19n;
    },
    'leave-at-half-time',
  ],
  'exit-fee-rises': [
    (c) => {
      const last = first(c, 'exit').fees?.at(-1);
      if (last !== undefined) last.amount = 160_000n * 10n ** 12n;
    },
    'leave-at-half-time',
  ],
  'exit-fee-gap': [(c) => first(c, 'exit').fees?.pop(), 'leave-at-half-time'],
  'exit-narrow': [(c) => (first(c, 'exit').notice_days = 120), 'leave-at-half-time'],
  'renewal-stated': [(c) => delete c.term.renewal, 'contract'],
  'renewal-without-notice': [(c) => (c.term.renewal = { automatic: true, months: 12 }), 'contract'],
  'audit-right': [(c) => without(c, 'audit'), 'contract'],
  'audit-short': [(c) => (first(c, 'audit').look_back_months = 6), 'audit'],
  'migration-help': [(c) => delete c.terms.migration, 'contract'],
  'migration-accelerators': [(c) => (c.terms.migration = { text: 'export', months: 3 }), 'contract'],
  residency: [(c) => without(c, 'residency'), 'contract'],
  'residency-support': [(c) => (first(c, 'residency').covers = ['prompts']), 'data-in-the-eu'],
  'security-cloud': [
    (c) =>
      c.instruments.splice(
        c.instruments.findIndex(({ id }) => id === 'cloud-security'),
        1,
      ),
    'contract',
  ],
  'security-model': [
    (c) =>
      c.instruments.splice(
        c.instruments.findIndex(({ id }) => id === 'model-security'),
        1,
      ),
    'contract',
  ],
  'security-proofs': [(c) => delete first(c, 'security').proofs, 'cloud-security'],
  'breach-notice': [
    (c) => {
      clause(c, 'breach-notice');
      for (const held of c.instruments) if (held.kind === 'security') delete held.notice_hours;
    },
    'contract',
  ],
  subcontractors: [(c) => delete c.terms.subcontractors, 'contract'],
  'subcontractors-free': [(c) => (c.terms.subcontractors = { change: 'free' }), 'contract'],
  'data-use': [(c) => delete c.terms.data_use, 'contract'],
  'data-trains': [(c) => (c.terms.data_use = { training: true }), 'contract'],
  'processor-named': [(c) => parties(c, 'processor'), 'contract'],
  'retirement-notice': [(c) => delete c.terms.retirement, 'contract'],
  liability: [(c) => delete c.terms.liability, 'contract'],
  'incident-map': [(c) => delete c.terms.incidents, 'contract'],
  'independent-benchmark': [(c) => delete c.terms.benchmark, 'contract'],
  'red-team': [(c) => (c.terms.red_team = { independent: false }), 'contract'],
  provenance: [(c) => delete c.terms.provenance, 'contract'],
  law: [(c) => delete c.terms.law, 'contract'],
  'not-agreed': [(c) => (first(c, 'spend').basis = { grade: 'assumed' }), 'contract'],
};

const rulesOf = (contract: Contract): readonly string[] => lintContract(contract).map(({ rule }) => rule);

describe('the rules', () => {
  test('say nothing of a sound contract', () => assert.deepEqual(lintContract(sound()), []));
  test('each has a case here, and each case a rule', () => {
    assert.deepEqual(Object.keys(SPOILED).toSorted(), CONTRACT_RULES.map(({ id }) => id).toSorted());
  });
  for (const { id, severity } of CONTRACT_RULES)
    test(`${id} is found where it is so`, () => {
      const [spoil, at] = SPOILED[id] ?? [];
      assert.ok(spoil !== undefined);
      const contract = sound();
      spoil(contract);
      const found = lintContract(contract).find(({ rule }) => rule === id);
      assert.deepEqual([found?.at, found?.severity], [at, severity]);
    });
  test('serious findings come first, and each says why, what to ask and what to propose', () => {
    const found = lintContract(sample('alliance-compute'));
    const order = found.map(({ severity }) => severity);
    assert.ok(order.lastIndexOf('serious') < order.indexOf('weak'));
    for (const { rule, reason, question, clause: proposed } of found) {
      assert.ok(reason.length > 20 && question.endsWith('?'), rule);
      assert.ok(proposed.length > 10 || rule === 'not-agreed', rule);
    }
  });
  test('what is forfeited is no automatic charge, growth is not back-loaded, and who sells and who bills says what a marketplace is', () => {
    const contract = sound();
    const spend = first(contract, 'spend');
    spend.shortfall = { rule: 'forfeit', automatic: true };
    spend.milestones = spend.milestones.slice(0, 2);
    spend.eligibility = [{ when: { seller: ['contoso'], biller: ['contoso'] }, fraction: 1n }];
    const found = rulesOf(contract);
    for (const rule of ['shortfall-automatic', 'shortfall-notice', 'back-loaded', 'marketplace-stated'])
      assert.ok(!found.includes(rule), rule);
  });
  test('an investment alone is no purchase: service terms are not asked for', () => {
    const text = '  - { id: i, kind: investment, investor: them, into: us, cap: "10" }\n';
    assert.deepEqual(rulesOf(small(text)), ['investment-stages']);
  });
});

describe('the contracts that ship', () => {
  test('a sound one has nothing serious, and two things to know', () => {
    assert.deepEqual(
      lintContract(sample('mid-size-buyer')).map(({ rule, severity }) => `${severity} ${rule}`),
      ['weak credit-lapses', 'weak capacity-lost'],
    );
  });
  test('of the one that was only reported, nearly everything is open, and what is known of it is told', () => {
    const found = rulesOf(sample('alliance-compute'));
    for (const rule of [
      'single-milestone',
      'shortfall-stated',
      'marketplace-stated',
      'option-window',
      'circular-money',
      'investment-stages',
      'capacity-guarantee',
      'price-protection',
      'exit-right',
      'audit-right',
      'residency',
      'liability',
      'not-agreed',
    ])
      assert.ok(found.includes(rule), rule);
    for (const rule of ['option-binds', 'option-of-seller', 'shortfall-automatic'])
      assert.ok(!found.includes(rule), rule);
    assert.equal(
      lintContract(sample('alliance-compute')).find(({ rule }) => rule === 'circular-money')?.at,
      'microsoft-investment',
    );
  });
});

describe('the questionnaire', () => {
  test('asks for every term that a sound contract has', () => {
    const asked = questionnaire();
    assert.deepEqual(
      asked.map(({ id }) => id),
      CONTRACT_RULES.filter(({ kind }) => kind === 'missing').map(({ id }) => id),
    );
    const page = questionnaireText(asked, 'all sellers');
    for (const { question, id } of asked) {
      assert.ok(page.includes(question), id);
      assert.ok(page.includes(`; ${id}): ______`), id);
    }
    assert.match(page, /^# Questions to the seller: all sellers\n/);
    assert.match(page, new RegExp(`\\n${asked.length}\\. `));
  });
  test('of a contract asks only what it leaves open', () => {
    const asked = questionnaire(sample('mid-size-buyer'));
    assert.deepEqual(
      asked.map(({ id, required }) => [id, required]),
      [
        ['credit-lapses', false],
        ['capacity-lost', false],
      ],
    );
    assert.match(questionnaireText(questionnaire(sound()), 'x'), /Nothing is left to ask\./);
  });
});
