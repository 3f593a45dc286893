// What holds for every claim and every set of evidence: the vendor's word never verifies, the order of arrival changes nothing, and
// time by itself never raises a state.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CLAIM_KINDS, EVIDENCE_KINDS, type Claim, type ClaimState, type Evidence } from '../src/index.ts';
import { AUTHORS, claimOf, day, digest, evidenceOf, historyOf, judged } from './support/evidence.ts';

const options = { seed: 20261129, numRuns: 600 };
const DAY_MS = 86_400_000;
const START = Date.parse('2026-01-01T00:00:00Z');
const dayText = (index: number): string => new Date(START + index * DAY_MS).toISOString().slice(0, 10);

const values = (...names: readonly string[]) =>
  fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 });
const scope = fc
  .record({ region: values('eu', 'us', 'all'), tier: values('a', 'b') }, { requiredKeys: [], noNullPrototype: true })
  .map((found) => ({ ...found }));

const anyClaim: fc.Arbitrary<Claim> = fc
  .record({
    kind: fc.constantFrom(...CLAIM_KINDS),
    scope,
    sense: fc.constantFrom('about' as const, 'at_least' as const, 'at_most' as const),
    up_to: fc.boolean(),
    opening: fc.constantFrom('reported' as const, 'unverified' as const),
    figured: fc.boolean(),
  })
  .map(({ opening, figured, ...rest }) => {
    const claim = claimOf({ ...rest, opening: { state: opening, why: 'so it was entered' } });
    if (figured) return claim;
    const { value: _, unit: __, ...bare } = claim;
    return { ...bare, up_to: false };
  });

const anyEvidence = (kinds: readonly string[]): fc.Arbitrary<Evidence[]> =>
  fc
    .array(
      fc.record({
        kind: fc.constantFrom(...kinds),
        scope,
        result: fc.constantFrom('supports', 'contradicts', 'inconclusive'),
        repeats_vendor: fc.boolean(),
        from: fc.integer({ min: 0, max: 120 }),
        length: fc.integer({ min: 0, max: 40 }),
        valid: fc.integer({ min: 0, max: 200 }),
        low: fc.integer({ min: 600, max: 1000 }),
        width: fc.integer({ min: 0, max: 150 }),
      }),
      { maxLength: 8 },
    )
    .map((pieces) =>
      pieces.map(({ from, length, valid, low, width, ...rest }, index) =>
        evidenceOf(index + 1, {
          ...rest,
          author: AUTHORS[rest.kind],
          period: { from: dayText(from), until: dayText(from + length) },
          valid_until: dayText(from + length + valid),
          interval: { low: String(low), high: String(low + width), unit: 'ms' },
        }),
      ),
    );

/** How much a state says for the claim. */
const HEIGHT: Readonly<Record<ClaimState, number>> = {
  verified: 5,
  partially: 4,
  reported: 3,
  unverified: 2,
  expired: 1,
  contradicted: 0,
};

test('no sequence of vendor assertions alone says more for a claim than it began with; taken back, it is in doubt', () =>
  fc.assert(
    fc.property(
      anyClaim,
      anyEvidence(['vendor_assertion']),
      fc.integer({ min: 0, max: 500 }),
      (claim, evidence, at) => {
        const found = judged(claim, evidence, START + at * DAY_MS);
        const denied = found.findings.some(({ weight }) => weight === 'doubt');
        assert.equal(found.state, denied ? 'unverified' : claim.opening.state);
        assert.equal(found.rule, denied ? 'denied' : 'opening');
        assert.ok(found.findings.every(({ weight }) => weight !== 'for' && weight !== 'against'));
      },
    ),
    options,
  ));

test('vendor assertions beside evidence that counts change nothing either', () =>
  fc.assert(
    fc.property(anyClaim, anyEvidence(EVIDENCE_KINDS), (claim, evidence) => {
      const at = day('2026-06-01');
      const others = evidence.filter(({ kind, repeats_vendor }) => kind !== 'vendor_assertion' && !repeats_vendor);
      const [all, without] = [judged(claim, evidence, at), judged(claim, others, at)];
      if (all.rule === 'denied') return assert.equal(without.rule, 'opening');
      assert.deepEqual([all.state, all.rule, all.evidence], [without.state, without.rule, without.evidence]);
    }),
    options,
  ));

test('the order of arrival, and coming twice, change nothing', () =>
  fc.assert(
    fc.property(
      anyClaim,
      anyEvidence(EVIDENCE_KINDS).chain((evidence) =>
        fc.tuple(fc.constant(evidence), fc.shuffledSubarray(evidence, { minLength: evidence.length })),
      ),
      (claim, [evidence, shuffled]) => {
        const at = day('2026-06-01');
        assert.deepEqual(judged(claim, shuffled, at), judged(claim, evidence, at));
        assert.deepEqual(judged(claim, [...shuffled, ...evidence], at), judged(claim, evidence, at));
      },
    ),
    options,
  ));

test('time alone never raises a state', () =>
  fc.assert(
    fc.property(anyClaim, anyEvidence(EVIDENCE_KINDS), (claim, evidence) => {
      let before = Infinity;
      for (let index = 0; index <= 400; index += 5) {
        const height = HEIGHT[judged(claim, evidence, START + index * DAY_MS).state];
        assert.ok(height <= before, `it rises on ${dayText(index)}`);
        before = height;
      }
    }),
    { ...options, numRuns: 200 },
  ));

test('a history raises a state only where evidence came, and ends in the state of all of it', () =>
  fc.assert(
    fc.property(anyClaim, anyEvidence(EVIDENCE_KINDS), (claim, evidence) => {
      const until = day('2027-06-01');
      const arrivals = evidence.map((piece) => ({ at: day(piece.period.until), evidence: piece }));
      const steps = historyOf(claim, arrivals, START, until);
      for (const { at, from, to } of steps)
        if (from !== null && HEIGHT[to] > HEIGHT[from]) assert.ok(arrivals.some((arrival) => arrival.at === at));
      assert.equal(steps.at(-1)?.to, judged(claim, evidence, until).state);
      for (const [index, step] of steps.entries()) assert.equal(step.from, steps[index - 1]?.to ?? null);
    }),
    options,
  ));

test('every judgement that is not the opening names evidence, and only evidence that it was given', () =>
  fc.assert(
    fc.property(anyClaim, anyEvidence(EVIDENCE_KINDS), (claim, evidence) => {
      const found = judged(claim, evidence, day('2026-06-01'));
      const given = new Set(evidence.map((piece) => piece.digest));
      assert.equal(found.evidence.length === 0, found.rule === 'opening');
      assert.ok(found.evidence.every((text) => given.has(text)));
      assert.equal(found.findings.length, given.size);
    }),
    options,
  ));

test('verified means that each region and tier of the claim was seen by somebody else than the vendor', () =>
  fc.assert(
    fc.property(anyClaim, anyEvidence(EVIDENCE_KINDS), (claim, evidence) => {
      const found = judged(claim, evidence, day('2026-06-01'));
      if (found.state !== 'verified') return;
      const basis = evidence.filter((piece) => found.evidence.includes(piece.digest));
      for (const [dimension, names] of Object.entries(claim.scope))
        for (const name of names)
          assert.ok(basis.some(({ scope }) => scope[dimension]?.includes(name) || scope[dimension]?.includes('all')));
      assert.ok(basis.every(({ kind }) => kind !== 'vendor_assertion'));
    }),
    options,
  ));

test('the states that are walked include each of the six', () => {
  const seen = new Set<ClaimState>();
  const samples = fc.sample(fc.tuple(anyClaim, anyEvidence(EVIDENCE_KINDS)), { seed: 20261129, numRuns: 3000 });
  for (const [claim, evidence] of samples) seen.add(judged(claim, evidence, day('2026-05-01')).state);
  assert.deepEqual([...seen].toSorted(), Object.keys(HEIGHT).toSorted());
  assert.equal(digest(255), `${'0'.repeat(62)}ff`);
});
