// What people attest, each fact with its proof: a fold over `attestation` entries. The newest of each fact stands; null takes it
// back.
import { AppError } from '@weighbridge/kernel';
import { checkFacts, type Facts, type Playbook } from '@weighbridge/governance';
import type { Actor } from '@weighbridge/protocol';
import { openEntryFold, type FoldStores, type Happened } from '../admin/entry-fold.ts';

/** What the product looks up itself. */
export const OWN_FACTS: ReadonlySet<string> = new Set([
  'watch_reviews_overdue',
  'capacity_claim_state',
  'contract_clauses',
  'sla_clauses',
  'routing_policy_in_force',
  'models_in_use',
  'clouds_tested',
  'provenance_recorded',
  'decisions_explained',
]);

type Value = Facts[string];

interface AttestationChange {
  readonly fact: string;
  readonly before: Value;
  readonly after: Value;
  readonly proof: string;
  readonly by: Actor;
}

export interface Attestation {
  readonly value: NonNullable<Value>;
  readonly proof: string;
  readonly by: Actor;
  readonly at: number;
  readonly entry: string;
}

export interface AttestationStore {
  all(): ReadonlyMap<string, Attestation>;
  /** As it was attested by then, whatever was said of it later. */
  asOf(at: number): ReadonlyMap<string, Attestation>;
  /** When the first was attested; null: none was. */
  first(): number | null;
  /**
   * False where it was said so already. Throws BAD_REQUEST for what the playbook does not know, or of another kind, and for a day
   * to come: nobody attests what has not been yet.
   */
  attest(asked: { readonly fact: string; readonly value: Value; readonly proof: string }, by: Actor): Promise<boolean>;
}

type State = ReadonlyMap<string, Attestation>;

export function openAttestationStore(stores: FoldStores, playbook: () => Playbook): AttestationStore {
  const fold = openEntryFold<State, AttestationChange>(stores, { kind: 'attestation', start: new Map(), apply });
  return {
    all: () => fold.state(),
    asOf: (at) => fold.stateAt(at),
    first: () => fold.first(),
    attest: async ({ fact, value, proof }, by) => {
      checkFacts({ [fact]: value }, playbook());
      if (OWN_FACTS.has(fact))
        throw new AppError('BAD_REQUEST', `${fact} is looked up by the product itself: nobody's word counts for it`);
      let changed = false;
      await fold.write((state, at) => {
        mustHaveBeen(fact, value, playbook(), at);
        const before = state.get(fact);
        const same = JSON.stringify(before?.value ?? null) === JSON.stringify(value);
        if (same && (before === undefined || before.proof === proof)) return null;
        changed = true;
        return { change: { fact, before: before?.value ?? null, after: value, proof, by } };
      });
      return changed;
    },
  };
}

function mustHaveBeen(fact: string, value: Value, { facts }: Playbook, at: number): void {
  const today = new Date(at).toISOString().slice(0, 10);
  if (facts[fact]?.kind === 'day' && typeof value === 'string' && value > today)
    throw new AppError('BAD_REQUEST', `${fact}: ${value} has not been yet; today is ${today} (UTC)`, {
      next: 'attest it once it is done, with the day on which it was',
    });
}

function apply(state: State, { entry, at, change }: Happened<AttestationChange>): State {
  const next = new Map(state);
  const { fact, after, proof, by } = change;
  if (after === null) next.delete(fact);
  else next.set(fact, { value: after, proof, by, at, entry });
  return next;
}
