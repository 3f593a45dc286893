// How large a deal may be: what is one commitment or one milestone too much is told with its line, alone or beside what stands already.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkContract, DEAL_MOST, dealSize, readContract } from '@weighbridge/ledger';

const DAY_MS = 86_400_000;
const dayOf = (day: number): string => new Date(Date.UTC(2027, 0, 1) + day * DAY_MS).toISOString().slice(0, 10);

/** One line for each instrument, from line 9 on. */
const textOf = (pools: number, milestones: number, credits = 0): string => `version: 1
id: large
title: A large deal
status: signed
parties: { us: { name: Us, roles: [buyer] }, them: { name: Them, roles: [seller-of-record] } }
term: { from: 2027-01-01, until: 2029-12-31 }
currency: USD
instruments:
${[
  ...Array.from({ length: pools }, (_, pool) => ({
    id: `pool-${pool}`,
    kind: 'spend',
    by: 'us',
    with: 'them',
    eligibility: [{ when: {}, fraction: '1' }],
    milestones: Array.from({ length: milestones }, (_m, at) => ({
      id: `m${at}`,
      from: dayOf(at),
      until: dayOf(at),
      amount: '1',
    })),
  })),
  ...Array.from({ length: credits }, (_, credit) => ({
    id: `credit-${credit}`,
    kind: 'credit',
    holder: 'us',
    issuer: 'them',
    prepaid: true,
    amount: '1',
    from: dayOf(0),
    until: dayOf(9),
    eligibility: [{ when: {}, fraction: '1' }],
  })),
]
  .map((held) => `  - ${JSON.stringify(held)}`)
  .join('\n')}
`;

const faultOf = (text: string, others?: Parameters<typeof checkContract>[1]) =>
  checkContract(text, others).problems.map(({ line, message }) => ({ line, message }));

describe('a deal', () => {
  test('counts commitments and credits, and the milestones of both', () => {
    const contract = readContract('large.yaml', textOf(3, 4, 2));
    assert.deepEqual(dealSize([contract]), { pools: 5, milestones: 14 });
    assert.deepEqual(dealSize([contract, contract]), { pools: 10, milestones: 28 });
    assert.deepEqual(dealSize([]), { pools: 0, milestones: 0 });
  });

  test('may be as large as its bounds, in one file or beside others, and not by one more', () => {
    const most = { pools: 90, milestones: DEAL_MOST.milestones - 2_000 };
    assert.deepEqual(faultOf(textOf(10, 200), most), []);
    const [fault, ...more] = faultOf(textOf(11, 200), most);
    assert.deepEqual(more, []);
    assert.equal(fault?.line, 8 + 11, 'the line of the commitment whose milestones are too many');
    assert.match(
      fault.message,
      /at most 20000 milestones, and with these it has 20200, 18000 of them in contracts that stand$/,
    );

    const others = { pools: DEAL_MOST.pools - 2, milestones: 900 };
    assert.deepEqual(faultOf(textOf(2, 1), others), []);
    const [beside] = faultOf(textOf(2, 1, 1), others);
    assert.equal(beside?.line, 8 + 3);
    assert.match(
      beside.message,
      /at most 500 commitments and credits, and this is one more, 498 of them in contracts that stand/,
    );
    const [filled] = faultOf(textOf(1, 10), { pools: 1, milestones: DEAL_MOST.milestones - 9 });
    assert.equal(filled?.line, 9);
  });

  test('that is too large is refused by its code', () => {
    const others = { pools: DEAL_MOST.pools, milestones: 500 };
    assert.throws(() => readContract('large.yaml', textOf(1, 2), others), {
      code: 'DEAL_INVALID',
      message: /large\.yaml:9:/,
    });
  });
});
