// Claims as answers show them: each with its state now, why, and the evidence that it rests on; and whether the headlines fit
// together.
import {
  authorOf,
  claimedObligations,
  commitmentAgainstCeiling,
  conflicts,
  history,
  judge,
  partyNames,
  RULES,
  type Claim,
  type Evidence,
  type Register,
  type Registers,
  type Source,
} from '@weighbridge/governance';
import { DAY_MS, type ClaimRow, type Claims } from '@weighbridge/protocol';
import type { HeldClaim } from './claim-store.ts';
import type { DealKnown } from './deal-desk.ts';

/** Which claims and figures of the register the arithmetic takes. */
const CHECK = {
  commitment: 'azure-compute-30bn',
  ceiling: 'dedicated-capacity-1gw',
  gigawatt: 'gigawatt',
  power: 'gpu-power',
  rate: 'gpu-hour',
  hours: 'hours-of-a-year',
} as const;

/** `store`: with what had been brought by then. */
export function claimsAt(store: DealKnown['claims'], registers: Registers, at: number): Claims {
  const held = store.all();
  const register = registers.at(at);
  const rows = held.map((one) => rowOf(one, registers, at));
  const claims = Object.fromEntries(held.map(({ id, claim }) => [id, claim]));
  const owed = claimedObligations({ claims });
  return {
    at,
    register: {
      title: register.title,
      parties: Object.keys(register.parties).length,
      claims: Object.keys(register.claims).length,
    },
    rows,
    authors: Object.entries(register.parties)
      .flatMap(([id, { name, kind }]) => (kind === 'category' ? [] : [{ id, name }]))
      .toSorted((a, b) => a.name.localeCompare(b.name, 'en')),
    conflicts: conflicts({ claims }).map((conflict) => ({
      ...conflict,
      between: conflict.between.map(({ says, source }) => ({ says, source: titleOf(register, source) })),
    })),
    owed: { firm: owed.firm.map(totalOf), options: owed.options.map(totalOf) },
    check: checkOf(register),
    unstated: rows.filter(({ stated, state }) => stated?.state !== state).length,
  };
}

const totalOf = ({ of, value, approximate, ids }: ReturnType<typeof claimedObligations>['firm'][number]) => ({
  of,
  value,
  approximate,
  claims: [...ids],
});

function checkOf(register: Register): Claims['check'] {
  const { claims, figures } = register;
  const there =
    [CHECK.commitment, CHECK.ceiling].every((id) => Object.hasOwn(claims, id)) &&
    [CHECK.gigawatt, CHECK.power, CHECK.rate, CHECK.hours].every((id) => Object.hasOwn(figures, id));
  if (!there) return null;
  const { commitment, ceiling, says, steps, inputs, confidence, terms } = commitmentAgainstCeiling(register, CHECK);
  return {
    commitment,
    ceiling,
    says,
    steps: steps.map(({ what, arithmetic, exact, unit }) => ({
      what,
      arithmetic,
      low: exact.low,
      high: exact.high,
      unit,
    })),
    inputs: inputs.map(({ what, source, confidence: sure }) => ({
      what,
      source: titleOf(register, source),
      confidence: sure,
    })),
    confidence,
    terms: terms.map(({ years, gigawatts }) => ({ years, gigawatts })),
  };
}

const titleOf = ({ sources }: Register, id: string): string => sources[id]?.title ?? id;

export function rowOf(
  { id, claim, from, entered, evidence, stated }: HeldClaim,
  registers: Registers,
  at: number,
): ClaimRow {
  const register = registers.at(at);
  const known = evidence.filter((held) => held.at <= at);
  const judgement = judge(
    claim,
    known.map((held) => held.evidence),
    at,
    register,
  );
  const begun = Math.min(entered, at);
  return {
    id,
    from,
    subject: claim.subject,
    text: claim.text,
    kind: claim.kind,
    metric: claim.metric,
    value: claim.value ?? null,
    range: claim.range ?? null,
    unit: claim.currency ?? claim.unit ?? null,
    up_to: claim.up_to,
    approximate: claim.approximate,
    conditions: claim.conditions,
    scope: claim.scope,
    source: sourceOf(claim, register),
    parties: [...partyNames(claim, register)],
    materiality: claim.materiality,
    corroborated: claim.corroborated,
    readings: claim.readings.map(({ says, relation, value, source }) => ({
      says,
      relation: relation ?? null,
      value: value ?? null,
      source: titleOf(register, source),
    })),
    note: claim.note ?? null,
    state: judgement.state,
    rule: judgement.rule,
    says: judgement.says,
    runs_out: runsOut(judgement.evidence, known, at),
    evidence: latest(known).map((held) => evidenceRow(held, judgement, register)),
    history: history(claim, known, { entered: begun, until: at, registers }).map(
      ({ at: moment, from: before, to, rule, says }) => ({
        at: moment,
        from: before,
        to,
        rule,
        says,
      }),
    ),
    stated: stated === null ? null : { ...stated },
  };
}

function sourceOf(claim: Claim, { sources }: Register): ClaimRow['source'] {
  const source: Source | undefined = Object.hasOwn(sources, claim.source) ? sources[claim.source] : undefined;
  return {
    id: claim.source,
    title: source?.title ?? claim.source,
    outlet: source?.outlet ?? '',
    url: source?.url ?? null,
    captured_at: source?.captured_at ?? null,
    snapshot_sha256: source?.snapshot_sha256 ?? null,
  };
}

type Held = HeldClaim['evidence'][number];

/** Of a piece that came again with its author, the one that names it. */
const latest = (known: readonly Held[]): readonly Held[] => [
  ...new Map(known.map((held) => [held.evidence.digest, held])).values(),
];

/** Of what the state rests on, the first to run out from now. */
function runsOut(basis: readonly string[], known: readonly Held[], at: number): string | null {
  const today = new Date(at - DAY_MS).toISOString().slice(0, 10);
  const days = known
    .filter(({ evidence }) => basis.includes(evidence.digest) && evidence.valid_until > today)
    .map(({ evidence }) => evidence.valid_until)
    .toSorted();
  return days[0] ?? null;
}

function evidenceRow(
  { evidence, at, by, entry }: Held,
  judgement: ReturnType<typeof judge>,
  register: Register,
): ClaimRow['evidence'][number] {
  const finding = judgement.findings.find(({ digest }) => digest === evidence.digest);
  const rule = finding?.rule ?? 'inconclusive';
  const { n, interval, author: _, ...held } = evidence;
  return {
    ...held,
    author: authorRow(evidence, register),
    relation: finding?.relation ?? 'unknown',
    why: finding?.why ?? null,
    n: n ?? null,
    interval: interval ?? null,
    weight: finding?.weight ?? 'nothing',
    rule,
    says: RULES[rule],
    entered: at,
    by,
    entry,
  };
}

function authorRow(evidence: Evidence, { parties }: Register): ClaimRow['evidence'][number]['author'] {
  const author = authorOf(evidence);
  if (author === undefined) return { kind: 'unknown', party: null, name: 'not named' };
  if (author === 'ourselves') return { kind: 'ourselves', party: null, name: 'ourselves' };
  if ('outsider' in author) return { kind: 'outsider', party: null, name: author.outsider };
  const name = Object.hasOwn(parties, author.party) ? parties[author.party]?.name : undefined;
  return { kind: 'party', party: author.party, name: name ?? author.party };
}
