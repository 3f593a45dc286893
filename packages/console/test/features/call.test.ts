import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CallDetail } from '@weighbridge/protocol';
import { perMillion, prepareCall, type CallPage } from '../../src/features/call/model.ts';
import { sampleCall, type CallKind } from '../support/sample-calls.ts';
import { DEPLOYMENTS } from '../support/sample-organisation.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

function receipt(kind: CallKind = {}, given: Partial<CallDetail> = {}): CallDetail {
  const call = sampleCall(1, {
    deployment: DEPLOYMENTS[1] as NonNullable<CallKind['deployment']>,
    at: 1_000_000,
    ...kind,
  });
  return {
    id: '01KB3V8Y2QH9N6W4T0XZJ5RCEM',
    entry: 42,
    at: call.at,
    public: call.public,
    commercial: call.commercial,
    personal: call.personal,
    erased: false,
    decision: call.decision,
    proof: { leaf: '{}', size: 43, inclusion: [], checkpoint: '', tlog_proof: '' },
    disclosure: {},
    ...given,
  };
}
function page(kind: CallKind = {}, given: Partial<CallDetail> = {}): CallPage {
  const prepared = prepareCall(receipt(kind, given));
  assert.ok(prepared !== null);
  return prepared;
}

describe('the page of a call', () => {
  test('says in one sentence what it cost, what served it, and how long it took', () => {
    assert.match(
      plain(page().headline),
      /^\$0\.0\d+ for \d\d,\d{3} tokens of claude-sonnet-4-5-20250929, served by sonnet-eu-central-1 in \d\.\d\d s\.$/,
    );
  });

  test('tells what the answer took with its ends and method, null as not known, and nothing where nothing is estimated', () => {
    const said = receipt().public;
    assert.ok(said !== null);
    const shown = (energy: typeof said.energy): string | undefined => {
      const { energy: _, ...rest } = said;
      const { served } = page({}, { public: energy === undefined ? rest : { ...rest, energy } });
      return served.find(({ name }) => name === 'Energy, estimated')?.value;
    };
    const energy = { wh: 0.33751, low: 0.051, high: 1.94, method: 'weighbridge-energy/1 undisclosed' };
    assert.equal(shown(energy), '0.338 Wh (0.051 to 1.94), weighbridge-energy/1 undisclosed');
    assert.equal(shown(null), 'not known');
    assert.equal(shown(undefined), undefined);
  });

  test('points at another region than configured, and not at one that is in the configured set', () => {
    const regions = (given: CallPage): string[] =>
      given.remarks.filter(({ tone }) => tone === 'bad').map(({ text }) => text);
    assert.deepEqual(regions(page()), []);
    assert.deepEqual(regions(page({ elsewhere: true })), [
      'The seller reported region us-east-1; the deployment is configured for eu-central-1.',
    ]);
  });

  test('an answer that was given again used nothing, and says whose it was', () => {
    const said = receipt().public;
    assert.ok(said?.served !== undefined && said.served !== null);
    const cache = { status: 'hit', receipt: '01KFIRST', age_ms: 5_000 } as const;
    const given = page({}, { public: { ...said, usage: null, attempts: [], served: { ...said.served, cache } } });
    assert.match(
      plain(given.headline),
      /^An answer of claude-sonnet-4-5-20250929 was given again in .*: nothing was used/,
    );
    assert.ok(
      given.remarks.some(({ text }) => /No cloud was asked: the answer is that of call 01KFIRST, kept/.test(text)),
    );
  });

  test('points at another model, and not at the same with a date or a prefix', () => {
    const said = receipt().public;
    assert.ok(said !== null && said.served !== null);
    const as = (reported: string): string[] =>
      page(
        {},
        {
          public: {
            ...said,
            served: { ...(said.served as NonNullable<typeof said.served>), model_reported: reported },
          },
        },
      ).remarks.map(({ text }) => text);
    assert.deepEqual(as('eu.anthropic.claude-sonnet-4-5-20250929-v1:0'), []);
    assert.match(
      as('claude-haiku-4-5').join(),
      /claude-sonnet-4-5 was asked for, and the answer says it came from claude-haiku-4-5/,
    );
  });

  test('a failed call says why, and has no price for what was not served', () => {
    const { headline, outcome, charges, served, remarks } = page({ failed: true });
    assert.match(plain(headline), /^Nothing was served: the cloud answered 500: overloaded_error \(HTTP 502\), after /);
    assert.deepEqual([outcome.tone, charges.length, served.length], ['bad', 0, 0]);
    assert.match(remarks[0]?.text ?? '', /^UPSTREAM_ERROR/);
  });

  test('shows each attempt, whose fault it was, and what was changed in the request', () => {
    const { attempts, phases, remarks } = page({ fallback: true });
    assert.deepEqual(
      attempts.map(({ result, edits }) => `${result} | ${edits.join(', ')}`),
      [
        'UPSTREAM_OVERLOADED, HTTP 529, fault of the deployment | model',
        'answered, HTTP 200 | model, anthropic_version',
      ],
    );
    assert.deepEqual(phases.map(({ label, tone }) => `${label} ${tone}`).slice(0, 3), [
      'Admit and route work',
      'Attempt 1 bad',
      'Attempt 2 wait',
    ]);
    assert.match(remarks.map(({ text }) => text).join(), /not the first choice/);
  });

  test('shows both legs of a hedged call, and what the one that was cut is charged', () => {
    const base = receipt({ fallback: true });
    assert.ok(base.public !== null && base.commercial !== null);
    const [first, second] = base.public.attempts;
    assert.ok(first !== undefined && second !== undefined);
    const { error: _, fault: __, ...cut } = first;
    const usage = { tokens: { input: 1200, output: 0 }, source: 'estimated', raw: null } as const;
    const attempts = [
      { ...cut, dropped: 'outrun' as const, usage },
      { ...second, role: 'hedge' as const },
    ];
    const [charge] = base.commercial.charges;
    assert.ok(charge !== undefined);
    const shown = page(
      {},
      {
        public: { ...base.public, attempts },
        commercial: { ...base.commercial, charges: [charge, { ...charge, leg: 0 }] },
      },
    );
    assert.deepEqual(
      shown.attempts.map(({ result, tone, took }) => [result, tone, took]),
      [
        ['cut: another leg was quicker, HTTP 529', 'warn', '1,200 input, 0 output (estimated)'],
        ['hedge, sent beside a slow leg; answered, HTTP 200', 'good', null],
      ],
    );
    assert.deepEqual(
      shown.charges.map(({ key, label }) => [key, label.replace(/^[^,]+/, 'x')]),
      [
        ['0', 'x'],
        ['1', `x, at ${first.deployment}`],
      ],
    );
  });

  test('phases follow each other and end where the call ends', () => {
    for (const kind of [{}, { fallback: true }, { failed: true }]) {
      const { timing } = receipt(kind).public as NonNullable<CallDetail['public']>;
      for (const { from, to } of page(kind).phases)
        assert.ok(from === null || to === null || (from >= 0 && to >= from && to <= timing.ended - timing.started));
    }
  });

  test('names what was rejected, and why', () => {
    const { decision } = page();
    assert.match(
      decision?.sentence ?? '',
      /Route sonnet chose by priority among 4, 2 of them rejected; policy: allow\./,
    );
    assert.deepEqual(
      decision?.candidates.map(({ verdict }) => verdict),
      ['chosen', 'eligible', 'rejected', 'rejected'],
    );
    assert.match(decision?.candidates[2]?.reason ?? '', /not among the regions/);
    const made = receipt().decision;
    assert.ok(made !== null);
    const inArm = page({}, { decision: { ...made, arm: 'canary' } }).decision;
    assert.match(inArm?.sentence ?? '', /2 of them rejected; arm canary; policy: allow\./);
  });

  test('prices are read per million, exactly', () => {
    assert.deepEqual(['0.000003', '0.0000003', '3', '0.000000000001', '0.0000125'].map(perMillion), [
      '3',
      '0.3',
      '3000000',
      '0.000001',
      '12.5',
    ]);
    assert.deepEqual(
      page().charges.map(({ label, rate }) => `${label}: ${rate}`),
      ['input: $3.00 per million', 'read from cache: $0.30 per million', 'output: $15.00 per million'],
    );
  });

  test('an unpriced charge is unpriced, not zero', () => {
    const given = receipt();
    const charges = (given.commercial?.charges ?? []).map((charge) => ({
      ...charge,
      unit_price: null,
      list: null,
      contracted: null,
      price: null,
    }));
    const cost = { list: null, contracted: null, billed: null, currency: 'USD', status: 'unpriced' as const };
    const { charges: rows, headline } = page({}, { commercial: { decided: '', charges, cost } });
    assert.deepEqual(rows.map(({ rate, amount, source }) => [rate, amount.status, source])[0], [
      'no price',
      'unpriced',
      'no row in the price book',
    ]);
    assert.match(headline, /^No price is known for /);
  });

  test('an erased person stays erased, and the rest is there', () => {
    const { who, remarks, charges } = page({}, { personal: null, erased: true });
    assert.deepEqual(who, [{ name: 'Who asked', value: 'erased' }]);
    assert.match(remarks.map(({ text }) => text).join(), /erased on request/);
    assert.equal(charges.length, 3);
  });

  test('a receipt whose public part is not shown is no page', () =>
    assert.equal(prepareCall(receipt({}, { public: null })), null));
});
