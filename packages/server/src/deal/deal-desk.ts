// What a log knows of the deal: contracts, claims with their evidence, incidents, what was attested. Each part is a fold over its
// entries.
import { LIMITS } from '@weighbridge/kernel';
import { rolesOf as rolesOfDeployment } from '@weighbridge/gateway';
import type { Config, Roles } from '@weighbridge/protocol';
import type { Blobs } from '../admin/blobs.ts';
import { readConfigs } from '../admin/entries.ts';
import type { FoldStores } from '../admin/entry-fold.ts';
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
  /** Who is who in a deployment that is no longer in force, by the newest configuration that named it. */
  rolesInHistory(deployment: string): Roles | undefined;
  /** When the log was first configured to carry calls, UTC milliseconds; null: it never was. */
  meteredSince(): number | null;
}

export function openDealDesk(stores: FoldStores & { readonly blobs: Blobs }): DealDesk {
  const register = openRegisterStore(stores);
  const newest = (): Reference => register.reference(Infinity);
  return {
    contracts: openContractStore(stores),
    claims: openClaimStore(stores, () => newest().register.claims),
    incidents: openIncidentStore(stores),
    attestations: openAttestationStore(stores, () => newest().playbook),
    register,
    reference: (at) => register.reference(at),
    rolesInHistory: historyOf(stores),
    meteredSince: firstConfigured(stores),
  };
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
    const { deployments } = blobs.resolve(record.config) as Pick<Config, 'deployments'>;
    for (const [id, deployment] of Object.entries(deployments))
      if (!roles.has(id)) roles.set(id, rolesOfDeployment(deployment));
  }
  return roles;
}
