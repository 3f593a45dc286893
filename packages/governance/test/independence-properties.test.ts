// For any register, any claim and any evidence: what the interested and the unknown have written never verifies, wholly or in part, and
// moves nothing that others have shown. Who is interested is walked here over links and parents, apart from the code that is tested.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  CLAIM_KINDS,
  EVIDENCE_KINDS,
  LINK_TYPES,
  type Claim,
  type Evidence,
  type Link,
  type Register,
} from '../src/index.ts';
import { claimOf, day, digest, judged, saidBy } from './support/evidence.ts';
import { smallRegister } from './support/small-register.ts';

const OUTSIDER = { outsider: 'An independent laboratory' };

describe('for any register and any evidence', () => {
  const PARTIES = ['maker', 'cloud', 'holding', 'chips', 'auditor', 'far'] as const;
  const base = smallRegister();
  const party = fc.constantFrom(...PARTIES);
  const anyRegister: fc.Arbitrary<Register> = fc
    .record({
      parents: fc.uniqueArray(fc.tuple(party, party), { maxLength: 3, selector: ([child]) => child }),
      links: fc.array(
        fc.record({
          from: party,
          to: party,
          type: fc.constantFrom(...LINK_TYPES),
          status: fc.constantFrom('reported' as const, 'in_force' as const, 'ended' as const),
          starts: fc.option(fc.constantFrom('2025', '2026-03', '2026-08-01'), { nil: undefined }),
          ends: fc.option(fc.constantFrom('2026-02-15', '2027'), { nil: undefined }),
        }),
        { maxLength: 6 },
      ),
    })
    .map(({ parents, links }): Register => ({
      ...base,
      parties: Object.fromEntries(
        PARTIES.map((id) => {
          const parent = parents.find(
            ([child, of]) => child === id && PARTIES.indexOf(of) > PARTIES.indexOf(child),
          )?.[1];
          return [
            id,
            {
              name: `The ${id} company`,
              kind: 'entity' as const,
              identifiers: {},
              source: 'paper',
              ...(parent === undefined ? {} : { parent }),
            },
          ];
        }),
      ),
      links: Object.fromEntries(
        links.flatMap(({ from, to, starts, ends, ...rest }, index) =>
          from === to
            ? []
            : [
                [
                  `l${index}`,
                  {
                    ...rest,
                    from,
                    to,
                    source: 'paper',
                    ...(starts === undefined ? {} : { starts }),
                    ...(ends === undefined ? {} : { ends }),
                  },
                ],
              ],
        ),
      ),
    }));
  const anyClaim = fc
    .record({
      kind: fc.constantFrom(...CLAIM_KINDS),
      subject: fc.constantFrom('chips', 'l0', 'rack'),
      parties: fc.subarray(['The cloud company', 'Far']),
    })
    .map((over) => {
      const { value: _, unit: __, ...bare } = claimOf(over);
      return bare;
    });
  const anyAuthor = fc.oneof(
    party.map((id) => ({ party: id })),
    party.map((id) => ({ outsider: `Friends of the ${id} company` })),
    fc.constant({ party: 'gone' }),
    fc.constant(undefined),
  );
  const anyPiece = fc.record({
    kind: fc.constantFrom(...EVIDENCE_KINDS.filter((kind) => kind !== 'own_measurement')),
    author: anyAuthor,
    result: fc.constantFrom('supports', 'contradicts', 'inconclusive'),
    month: fc.integer({ min: 1, max: 6 }),
  });
  const pieces = fc.array(anyPiece, { maxLength: 8 }).map((all) =>
    all.map(({ month, author, ...rest }, index): Evidence => {
      const period = { from: `2026-0${month}-01`, until: `2026-0${month}-28` };
      const { author: _, ...read } = saidBy(index + 1, rest.kind, rest.result, {
        period,
        valid_until: '2027-12-31',
        author: OUTSIDER,
      });
      return author === undefined ? read : { ...read, author };
    }),
  );
  const options = { seed: 20261130, numRuns: 3_000 };

  /** Whether somebody reaches a party to the claim over links and parents: walked here, apart from the code that is tested. */
  function reaches(from: string, claim: Claim, register: Register, on: string): boolean {
    const link = register.links[claim.subject];
    const goals = new Set([
      ...(link === undefined ? [] : [link.from, link.to]),
      ...(claim.subject === 'chips' || claim.subject === 'rack' ? ['chips'] : []),
      ...(claim.parties ?? []).map((name) => (name === 'Far' ? 'far' : 'cloud')),
    ]);
    const holds = ({ status, starts, ends }: Link): boolean =>
      status !== 'ended' && (starts ?? '') <= on && (ends === undefined || `${ends}-12-31`.slice(0, 10) >= on);
    const edges = [
      ...Object.values(register.links)
        .filter(holds)
        .map(({ from: a, to: b }) => [a, b] as const),
      ...Object.entries(register.parties).flatMap(([id, { parent }]) =>
        parent === undefined ? [] : [[id, parent] as const],
      ),
    ];
    const seen = new Set([from]);
    for (let grew = true; grew;) {
      const before = seen.size;
      for (const [a, b] of edges) {
        if (seen.has(a)) seen.add(b);
        if (seen.has(b)) seen.add(a);
      }
      grew = seen.size > before;
    }
    return [...seen].some((id) => goals.has(id));
  }

  test('what only parties, those tied to them and nobody known have written never verifies, wholly or in part', () => {
    let [interested, free] = [0, 0];
    fc.assert(
      fc.property(anyRegister, anyClaim, pieces, (register, claim, evidence) => {
        const on = '2026-09-15';
        const isInterested = ({ author }: Evidence): boolean => {
          if (author === undefined || author === 'ourselves') return true;
          const id = 'party' in author ? author.party : (/ the (\w+) company$/.exec(author.outsider)?.[1] ?? '');
          return id === 'gone' || reaches(id, claim, register, on);
        };
        const found = judged(claim, evidence, day(on), register);
        for (const piece of evidence) {
          if (!isInterested(piece)) continue;
          interested += 1;
          const finding = found.findings.find((one) => one.digest === piece.digest);
          assert.ok(finding?.weight === 'nothing' || finding?.weight === 'doubt', JSON.stringify(finding));
          assert.ok(finding.why !== null && finding.why.length > 0);
        }
        if (evidence.every(isInterested)) assert.ok(['reported', 'unverified'].includes(found.state), found.state);
        else free += 1;
      }),
      options,
    );
    assert.ok(interested > 2_000 && free > 200, `${interested} interested, ${free} sets with somebody free`);
  });
  test('nothing that the interested write moves what the others have shown', () => {
    const auditor = saidBy(99, 'independent_report', 'supports', { author: OUTSIDER, valid_until: '2027-12-31' });
    fc.assert(
      fc.property(anyRegister, anyClaim, pieces, (register, claim, evidence) => {
        const at = day('2026-09-15');
        const { findings } = judged(claim, evidence, at, register);
        const noise = evidence.filter((piece) => {
          const relation = findings.find((one) => one.digest === piece.digest)?.relation;
          return relation !== 'independent' && relation !== 'ourselves';
        });
        const [alone, among] = [
          judged(claim, [auditor], at, register),
          judged(claim, [...noise, auditor], at, register),
        ];
        assert.deepEqual([among.state, among.rule, among.evidence], [alone.state, alone.rule, alone.evidence]);
      }),
      options,
    );
    assert.equal(auditor.digest, digest(99));
  });
});
