// Proofs, problems and the time picker: what they say to a person in every state.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '@weighbridge/kernel';
import { problemOfError } from '../../src/parts/problem/model.ts';
import { prepareProof } from '../../src/parts/proof-badge/model.ts';
import { preparePicker, presetsFor, readTyped } from '../../src/parts/time-picker/model.ts';
import type { ProofReport } from '../../src/proof/verify.ts';
import { rangeOr } from '../../src/url/time-range.ts';

const NOW = Date.UTC(2026, 10, 22, 14, 3, 7);

describe('a proof', () => {
  const report = (given: Partial<ProofReport>): ProofReport => ({
    verdict: 'proven',
    steps: [{ name: 'signature', state: 'ok', detail: 'signed' }],
    entry: 1,
    leaf: null,
    checkpoint: null,
    files: 4,
    ...given,
  });
  test('accuses only when the evidence is bad', () => {
    const tone = (given: Partial<ProofReport>): string => prepareProof({ state: 'done', report: report(given) }).tone;
    assert.deepEqual(
      [tone({}), tone({ verdict: 'broken' }), tone({ verdict: 'cannot' }), prepareProof({ state: 'unchecked' }).tone],
      ['good', 'bad', 'warn', 'quiet'],
    );
    assert.match(prepareProof({ state: 'done', report: report({ verdict: 'cannot' }) }).sentence, /nothing against/);
  });
  test('while it runs shows the steps to come, so that nothing jumps', () => {
    const { steps } = prepareProof({ state: 'checking', steps: [{ name: 'signature', state: 'ok', detail: 'x' }] });
    assert.deepEqual(
      steps.map(({ state }) => state),
      ['ok', 'waiting', 'waiting', 'waiting', 'waiting', 'waiting'],
    );
    assert.equal(new Set(steps.map(({ title }) => title)).size, 6);
  });
});

describe('a problem', () => {
  test('of the server is told with its code, reason, next step and request id', () => {
    const refused = new AppError('BUDGET_EXCEEDED', 'Team ads has spent $5.00 of $5.00.', {
      next: 'raise the budget',
      details: { request_id: '01J', status: 402 },
    });
    assert.deepEqual(problemOfError(refused), {
      code: 'BUDGET_EXCEEDED',
      what: 'Team ads has spent $5.00 of $5.00.',
      next: 'raise the budget',
      requestId: '01J',
      retryable: false,
    });
    assert.equal(problemOfError(new AppError('QUERY_TIMEOUT', 'it took too long')).retryable, true);
  });
  test('of the network, of time and of the page are told apart', () => {
    assert.equal(problemOfError(new TypeError('Failed to fetch')).code, 'UNREACHABLE');
    assert.equal(problemOfError(new DOMException('x', 'TimeoutError')).code, 'TIMEOUT');
    assert.deepEqual(problemOfError(new RangeError('bad bucket')).what, 'bad bucket');
    assert.equal(problemOfError('odd').what, 'odd');
  });
});

describe('the time picker', () => {
  test('says the range and its span, with the zone', () => {
    assert.deepEqual(preparePicker(rangeOr('7d', NOW)), {
      label: 'Last 7 days',
      span: '2026-11-15 14:00 – 2026-11-22 14:03 UTC',
    });
  });
  test('marks the preset in force', () => {
    const chosen = presetsFor(rangeOr('yesterday', NOW), NOW).filter((preset) => preset.chosen);
    assert.deepEqual(
      chosen.map(({ label }) => label),
      ['Yesterday'],
    );
  });
  test('tells while one types what it understands, and what it does not', () => {
    assert.equal(readTyped('  ', NOW).state, 'empty');
    const good = readTyped('2026-11', NOW);
    assert.ok(good.state === 'good' && good.says === 'Nov 2026: 2026-11-01 00:00 – 2026-12-01 00:00 UTC');
    const bad = readTyped('soon', NOW);
    assert.ok(
      bad.state === 'bad' &&
        bad.says === '"soon" is not a time range. Write 7d, yesterday, 2026-11, or 2026-11-01..2026-11-15.',
    );
  });
});
