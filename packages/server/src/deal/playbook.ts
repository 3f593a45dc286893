// The playbook graded: facts that the product knows by itself, what was attested of the others, and what nobody knows.
import {
  fitsFact,
  gradePlaybook,
  judge,
  reviewsOverdue,
  type Facts,
  type Grading,
  type Summary,
} from '@weighbridge/governance';
import type { Snapshot } from '@weighbridge/gateway';
import type { Instrument } from '@weighbridge/ledger';
import { DAY_MS, PLAYBOOK_GROUPS, type PlaybookView } from '@weighbridge/protocol';
import { tablesAway, type Projections } from '../projector/projector-host.ts';
import { OWN_FACTS, type Attestation } from './attestation-store.ts';
import type { DealKnown } from './deal-desk.ts';
import { reference as shipped, type Reference } from './reference.ts';

const CAPACITY_CLAIM = 'dedicated-capacity-1gw';
const LOOK_BACK_DAYS = 31;

interface KnownFact {
  readonly value: NonNullable<Facts[string]>;
  readonly how: string;
}

export interface PlaybookParts {
  readonly reference: Reference;
  /** As they stood at `at`. */
  readonly contracts: ReturnType<DealKnown['contracts']['all']>;
  readonly claims: DealKnown['claims'];
  readonly attested: ReadonlyMap<string, Attestation>;
  /** Null where no configuration was in force: nothing is known of it then. */
  readonly snapshot: Pick<Snapshot, 'routes' | 'keys'> | null;
  readonly projections: Pick<Projections, 'ask'>;
  readonly at: number;
  /** Nothing later was served. */
  readonly now: number;
}

export async function playbookAt(parts: PlaybookParts): Promise<PlaybookView> {
  const { reference, at } = parts;
  const { playbook } = reference;
  // What was attested of a fact that is gone, or of another kind now, shows nothing.
  const attested = new Map([...parts.attested].filter(([name, said]) => fitsFact(playbook, name, said.value)));
  const known = new Map([...heldFacts(parts), ...(await servedFacts(parts))]);
  const facts: Record<string, Facts[string]> = {};
  for (const [name, { value }] of attested) facts[name] = value;
  for (const [name, { value }] of known) facts[name] = value;
  const grading = gradePlaybook(playbook, facts, at);
  return {
    at,
    source: playbook.source.title,
    items: grading.items.map((item) => ({
      id: item.id,
      from: Object.hasOwn(shipped().playbook.items, item.id) ? 'shipped' : 'own',
      group: item.group,
      text: item.text,
      grade: item.grade,
      reason: item.reason,
      next: item.next ?? null,
      who: item.who,
      facts: [...new Set((playbook.items[item.id]?.needs ?? []).map(({ fact }) => fact))],
      unknown: [...item.unknown],
    })),
    ...sums(grading),
    facts: Object.entries(playbook.facts).map(([name, { what, kind }]) => {
      const own = known.get(name);
      const said = attested.get(name);
      const value = own?.value ?? said?.value ?? null;
      return {
        name,
        what,
        kind,
        value: Array.isArray(value) ? [...value] : (value as Exclude<typeof value, readonly string[]>),
        from: own !== undefined ? 'product' : said !== undefined ? 'attested' : 'unknown',
        how: own?.how ?? (said === undefined ? 'nobody has attested it' : `attested, shown by: ${said.proof}`),
        attested: said === undefined ? null : { at: said.at, by: said.by, proof: said.proof, entry: said.entry },
        attestable: !OWN_FACTS.has(name),
      };
    }),
  };
}

function sums({ groups, all }: Grading): Pick<PlaybookView, 'groups' | 'all'> {
  return {
    groups: PLAYBOOK_GROUPS.map((group) => ({ group, ...sumOf(groups[group]) })),
    all: sumOf(all),
  };
}

const THOUSAND = 1_000n;
const permille = ({ n, d }: { readonly n: bigint; readonly d: bigint }): number => Number((n * THOUSAND) / d);

const sumOf = ({ total, done, partly, open, cannot_tell, done_share: share }: Summary): PlaybookView['all'] => ({
  total,
  done,
  partly,
  open,
  cannot_tell,
  done_permille: share === undefined ? null : { low: permille(share.low), high: permille(share.high) },
});

function heldFacts({ reference, contracts, claims, snapshot, at }: PlaybookParts): readonly [string, KnownFact][] {
  const overdue = reviewsOverdue(reference.watch, at).length;
  const found: [string, KnownFact][] = [
    ['watch_reviews_overdue', { value: overdue, how: 'counted in the watch-list' }],
  ];
  if (snapshot !== null)
    found.push([
      'routing_policy_in_force',
      {
        value: snapshot.routes.length > 0 && snapshot.keys.some(({ policy }) => policy.routes.length > 0),
        how: 'the configuration in force has routes, and keys with a policy',
      },
    ]);
  const capacity = claims.all().find(({ id }) => id === CAPACITY_CLAIM);
  if (capacity !== undefined) {
    const pieces = capacity.evidence.map(({ evidence }) => evidence);
    found.push([
      'capacity_claim_state',
      {
        value: judge(capacity.claim, pieces, at, reference.register).state,
        how: `state of the claim ${CAPACITY_CLAIM}`,
      },
    ]);
  }
  // What is drafted or only reported gives nobody a right.
  const signed = contracts.held.flatMap(({ contract }) => (contract.status === 'signed' ? [contract] : []));
  if (signed.length > 0) {
    const unread = contracts.unreadable.map(({ id }) => id);
    const names = `${signed.map(({ id }) => id).join(', ')}${unread.length === 0 ? '' : `, and not in ${unread.join(', ')}, which cannot be read`}`;
    const instruments = signed.flatMap((contract) => contract.instruments);
    found.push(
      ['contract_clauses', { value: clausesOf(instruments), how: `read in ${names}` }],
      ['sla_clauses', { value: slaClausesOf(instruments), how: `read in ${names}` }],
    );
  }
  return found;
}

const CLAUSES = { sla: 'sla', exit: 'exit_right', audit: 'audit_right', residency: 'residency' } as const;

function clausesOf(instruments: readonly Instrument[]): readonly string[] {
  const kinds = new Set(instruments.map(({ kind }) => kind));
  return Object.entries(CLAUSES).flatMap(([kind, word]) => (kinds.has(kind as keyof typeof CLAUSES) ? [word] : []));
}

const P99 = 990_000_000_000n;

/** As the checklist names them: a latency clause counts where it bounds the 99th percentile or more. */
function slaClausesOf(instruments: readonly Instrument[]): readonly string[] {
  const words = instruments
    .flatMap((held) => (held.kind === 'sla' ? held.clauses : []))
    .map((clause) =>
      clause.kind === 'latency' ? (clause.percentile >= P99 ? 'latency_p99' : 'latency') : clause.kind,
    );
  return [...new Set(words)].toSorted();
}

/** From the tables; nothing is known where they cannot be asked. */
async function servedFacts({ projections, at, now }: PlaybookParts): Promise<readonly [string, KnownFact][]> {
  const until = Math.min(at, now);
  const period = { since: Math.max(0, until - LOOK_BACK_DAYS * DAY_MS), until };
  const how = `served in the ${LOOK_BACK_DAYS} days before${until < at ? ' now' : ''}`;
  try {
    const [models, clouds] = await Promise.all(
      (['model', 'cloud'] as const).map((by) =>
        projections.ask('breakdown', { ...period, by: [by], most: 500, sort: 'calls' }),
      ),
    );
    const named = (answer: typeof models): number =>
      answer?.rows.filter(({ members }) => members[0]?.value !== null).length ?? 0;
    const calls = models?.total.calls ?? 0;
    const found: [string, KnownFact][] = [
      ['models_in_use', { value: named(models), how }],
      ['clouds_tested', { value: named(clouds), how }],
    ];
    if (calls === 0) return found;
    const receipts = `${calls} calls ${how}, each with its receipt`;
    return [
      ...found,
      ['provenance_recorded', { value: true, how: receipts }],
      ['decisions_explained', { value: true, how: receipts }],
    ];
  } catch (error) {
    if (tablesAway(error)) return [];
    throw error;
  }
}
