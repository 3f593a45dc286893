// What a log knows of the deal: contracts, claims with their evidence, incidents, what was attested. Each part is a fold over its
// entries, of now or of what had been written by a moment of the past. A successor holds them too; the calls of the log before it
// does not hold.
import { isAppError, LIMITS } from '@weighbridge/kernel';
import { rolesOf as rolesOfDeployment, type Snapshot } from '@weighbridge/gateway';
import type { Registers } from '@weighbridge/governance';
import type { Config, Roles } from '@weighbridge/protocol';
import type { Blobs } from '../admin/blobs.ts';
import { readConfigs } from '../admin/entries.ts';
import type { FoldStores } from '../admin/entry-fold.ts';
import { inForceAt } from '../admin/in-force.ts';
import { partiesOfContract } from './answers-as-claims.ts';
import { openAttestationStore, type Attestation, type AttestationStore } from './attestation-store.ts';
import { openClaimStore, type ClaimStore, type HeldClaim } from './claim-store.ts';
import { openContractStore, type ContractsKnown, type ContractStore } from './contract-store.ts';
import { openIncidentStore, type HeldIncident, type IncidentStore } from './incident-store.ts';
import type { Reference } from './reference.ts';
import { openRegisterStore, type RegisterStore } from './register-store.ts';

/** What was known at a moment, from what had been written by then alone. */
export interface DealKnown {
  readonly contracts: ContractsKnown;
  readonly claims: { all(): readonly HeldClaim[] };
  readonly incidents: { all(): readonly HeldIncident[] };
  readonly attestations: { all(): ReadonlyMap<string, Attestation> };
  /** What ships, with the own register that stood at that moment laid over it. */
  reference(at: number): Reference;
  /** Its parties, links and claims through time. */
  readonly registers: Registers;
  /** Who is who in a deployment that is not in force, by the newest configuration that named it. */
  rolesInHistory(deployment: string): Roles | undefined;
  /** When the log was first configured to carry calls, UTC milliseconds; null: it never was. */
  meteredSince(): number | null;
  /** The log that this one succeeded, and when it began; null: it succeeded none. */
  succeeds(): Succeeded | null;
}

export interface DealDesk extends DealKnown {
  readonly contracts: ContractStore;
  readonly claims: ClaimStore;
  readonly incidents: IncidentStore;
  readonly attestations: AttestationStore;
  readonly register: RegisterStore;
  /** From what had been written by then alone; what was written later is not told of. */
  asOf(at: number): DealKnown;
  /** What the log says was in force then; null: nothing, or its text is gone. */
  inForceAt(at: number): Snapshot | null;
  /** When what it knows begins, UTC milliseconds: with its first entry, or the oldest that it took over. Null: it is empty. */
  begins(): number | null;
}

export interface Succeeded {
  /** UTC milliseconds: what was called before stands in the other log. */
  readonly at: number;
  readonly origin: string;
}

export function openDealDesk(stores: FoldStores & { readonly blobs: Blobs }): DealDesk {
  const { journal, blobs } = stores;
  const register = openRegisterStore(stores);
  const newest = (): Reference => register.reference(Infinity);
  const contracts = openContractStore(stores);
  const registers: Registers = {
    at: (moment) => register.reference(moment).register,
    changes: () => register.versions().map(({ at }) => at),
  };
  const contractParties = (id: string, at: number): readonly string[] => {
    const found = contracts
      .asOf(at)
      .all()
      .held.find((held) => held.id === id);
    return found === undefined ? [] : partiesOfContract(found.contract);
  };
  const claims = openClaimStore(stores, { registers, contractParties });
  const incidents = openIncidentStore(stores);
  const attestations = openAttestationStore(stores, () => newest().playbook);
  const meteredSince = firstConfigured(stores);
  const always = {
    registers,
    reference: (at: number) => register.reference(at),
    // Where older calls stand is no matter of what was known when.
    succeeds: () => predecessorOf(journal),
  };
  return {
    ...always,
    contracts,
    claims,
    incidents,
    attestations,
    register,
    rolesInHistory: historyOf(stores, Infinity),
    meteredSince,
    asOf: (at) => ({
      ...always,
      contracts: contracts.asOf(at),
      claims: { all: () => claims.asOf(at) },
      incidents: { all: () => incidents.asOf(at) },
      attestations: { all: () => attestations.asOf(at) },
      rolesInHistory: historyOf(stores, at),
      meteredSince: () => earlierThan(meteredSince(), at),
    }),
    inForceAt: (at) => orNull(() => inForceAt(journal, blobs, at)?.snapshot ?? null),
    begins: () => {
      const taken = [contracts, claims, incidents, attestations, register].map((store) => store.first());
      const first = Math.min(...[firstEntry(journal), meteredSince(), ...taken].map((at) => at ?? Infinity));
      return Number.isFinite(first) ? first : null;
    },
  };
}

const earlierThan = (found: number | null, at: number): number | null => (found === null || found > at ? null : found);

function firstEntry(journal: FoldStores['journal']): number | null {
  for (const { leaf } of journal.entries()) return leaf.at;
  return null;
}

function predecessorOf(journal: FoldStores['journal']): Succeeded | null {
  for (const { index, leaf } of journal.entries({ kinds: ['recovery'] })) {
    const text = journal.groups(index, ['public']).public?.text ?? '{}';
    const { predecessor } = JSON.parse(text) as { readonly predecessor?: { readonly origin?: string } };
    return { at: leaf.at, origin: predecessor?.origin ?? 'a log without a name' };
  }
  return null;
}

/** Read when it is first asked for, as far as the log has come then: what comes later is in force, and asked first. */
function historyOf({ journal, blobs }: Pick<FoldStores, 'journal'> & { readonly blobs: Blobs }, at: number) {
  let known: ReadonlyMap<string, Roles> | undefined;
  return (deployment: string): Roles | undefined => {
    known ??= readRoles(journal, blobs, at);
    return known.get(deployment);
  };
}

/** The earliest by its own date: a clock may have been set back. What was looked at is not looked at again. */
function firstConfigured({ journal }: Pick<FoldStores, 'journal'>): () => number | null {
  let earliest: number | null = null;
  let from = 0;
  return () => {
    for (const { index, leaf } of journal.entries({ kinds: ['config'], from })) {
      earliest = Math.min(earliest ?? leaf.at, leaf.at);
      from = index + 1;
    }
    return earliest;
  };
}

function readRoles(journal: FoldStores['journal'], blobs: Blobs, at: number): ReadonlyMap<string, Roles> {
  const roles = new Map<string, Roles>();
  let looked = 0;
  for (const { at: since, record } of readConfigs(journal)) {
    if (since > at) continue;
    if (looked === LIMITS.configurations_looked) break;
    looked += 1;
    const deployments = deploymentsIn(blobs, record.config);
    for (const [id, deployment] of Object.entries(deployments))
      if (!roles.has(id)) roles.set(id, rolesOfDeployment(deployment));
  }
  return roles;
}

/** None where its text is gone or altered: an older one may name them, and nobody's page goes with it. */
const deploymentsIn = (blobs: Blobs, config: unknown): Config['deployments'] =>
  orNull(() => (blobs.resolve(config) as Pick<Config, 'deployments'>).deployments) ?? {};

/** Null where what it needs is gone or altered. */
function orNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (isAppError(error) && error.code === 'JOURNAL_CORRUPT') return null;
    throw error;
  }
}
