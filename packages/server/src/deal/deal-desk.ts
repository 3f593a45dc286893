// What a log knows of the deal: contracts, claims with their evidence, incidents, what was attested. Each part is a fold over its
// entries. A successor holds them too; the calls of the log before it does not hold.
import { isAppError, LIMITS } from '@weighbridge/kernel';
import { rolesOf as rolesOfDeployment } from '@weighbridge/gateway';
import type { Registers } from '@weighbridge/governance';
import type { Config, Roles } from '@weighbridge/protocol';
import type { Blobs } from '../admin/blobs.ts';
import { readConfigs } from '../admin/entries.ts';
import type { FoldStores } from '../admin/entry-fold.ts';
import { partiesOfContract } from './answers-as-claims.ts';
import { openAttestationStore, type AttestationStore } from './attestation-store.ts';
import { openClaimStore, type ClaimStore } from './claim-store.ts';
import { openContractStore, type ContractStore } from './contract-store.ts';
import { openIncidentStore, type IncidentStore } from './incident-store.ts';
import type { Reference } from './reference.ts';
import { openRegisterStore, type RegisterStore } from './register-store.ts';

export interface DealDesk {
  readonly contracts: ContractStore;
  readonly claims: ClaimStore;
  readonly incidents: IncidentStore;
  readonly attestations: AttestationStore;
  readonly register: RegisterStore;
  /** What ships, with the own register that stood at that moment laid over it. */
  reference(at: number): Reference;
  /** Its parties, links and claims through time. */
  readonly registers: Registers;
  /** Who is who in a deployment that is no longer in force, by the newest configuration that named it. */
  rolesInHistory(deployment: string): Roles | undefined;
  /** When the log was first configured to carry calls, UTC milliseconds; null: it never was. */
  meteredSince(): number | null;
  /** The log that this one succeeded, and when it began; null: it succeeded none. */
  succeeds(): Succeeded | null;
}

export interface Succeeded {
  /** UTC milliseconds: what was called before stands in the other log. */
  readonly at: number;
  readonly origin: string;
}

export function openDealDesk(stores: FoldStores & { readonly blobs: Blobs }): DealDesk {
  const register = openRegisterStore(stores);
  const newest = (): Reference => register.reference(Infinity);
  const contracts = openContractStore(stores);
  const registers: Registers = {
    at: (moment) => register.reference(moment).register,
    changes: () => register.versions().map(({ at }) => at),
  };
  const contractParties = (id: string): readonly string[] => {
    const found = contracts.all().held.find((held) => held.id === id);
    return found === undefined ? [] : partiesOfContract(found.contract);
  };
  return {
    contracts,
    claims: openClaimStore(stores, { registers, contractParties }),
    registers,
    incidents: openIncidentStore(stores),
    attestations: openAttestationStore(stores, () => newest().playbook),
    register,
    reference: (at) => register.reference(at),
    rolesInHistory: historyOf(stores),
    meteredSince: firstConfigured(stores),
    succeeds: () => predecessorOf(stores.journal),
  };
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
function historyOf({ journal, blobs }: Pick<FoldStores, 'journal'> & { readonly blobs: Blobs }) {
  let known: ReadonlyMap<string, Roles> | undefined;
  return (deployment: string): Roles | undefined => {
    known ??= readRoles(journal, blobs);
    return known.get(deployment);
  };
}

/** Once there is one, it stays the first. */
function firstConfigured({ journal }: Pick<FoldStores, 'journal'>): () => number | null {
  let known: number | undefined;
  return () => {
    if (known === undefined)
      for (const { leaf } of journal.entries({ kinds: ['config'] })) {
        known = leaf.at;
        break;
      }
    return known ?? null;
  };
}

function readRoles(journal: FoldStores['journal'], blobs: Blobs): ReadonlyMap<string, Roles> {
  const roles = new Map<string, Roles>();
  let looked = 0;
  for (const { record } of readConfigs(journal)) {
    if (looked === LIMITS.configurations_looked) break;
    looked += 1;
    const deployments = deploymentsIn(blobs, record.config);
    for (const [id, deployment] of Object.entries(deployments))
      if (!roles.has(id)) roles.set(id, rolesOfDeployment(deployment));
  }
  return roles;
}

/** None where its text is gone or altered: an older one may name them, and nobody's page goes with it. */
function deploymentsIn(blobs: Blobs, config: unknown): Config['deployments'] {
  try {
    return (blobs.resolve(config) as Pick<Config, 'deployments'>).deployments;
  } catch (error) {
    if (isAppError(error) && error.code === 'JOURNAL_CORRUPT') return {};
    throw error;
  }
}
