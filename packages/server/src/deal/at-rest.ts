// What a log says of contracts, claims, duties and the playbook while no instance runs on it: there is no configuration in force then, and no
// tables, and what would be known from them is not known.
import { AppError } from '@weighbridge/kernel';
import {
  DAY_MS,
  type Claims,
  type Contracts,
  type ContractStatus,
  type Duties,
  type PlaybookView,
  type RegisterView,
} from '@weighbridge/protocol';
import { claimsAt } from './claims.ts';
import type { HeldContract } from './contract-store.ts';
import { contractsAt } from './contracts.ts';
import type { DealDesk } from './deal-desk.ts';
import { dutiesAt } from './duties.ts';
import { momentOf } from './moment.ts';
import { playbookAt } from './playbook.ts';
import { namesAtRest } from './receipts-known.ts';
import { REGISTER_AHEAD, registerAt } from './register.ts';

/** `day`: as of its end (UTC); absent: now. Throws DAY_BEFORE_LOG, and BAD_REQUEST for a day to come of which nothing can be foretold. */
export interface DealAtRest {
  contracts(day?: string, status?: ContractStatus): Contracts;
  /** Throws CONTRACT_UNKNOWN, CONTRACT_UNREADABLE. */
  contract(id: string, day?: string): HeldContract;
  claims(day?: string): Claims;
  duties(day?: string): Duties;
  playbook(day?: string): Promise<PlaybookView>;
  register(day?: string): RegisterView;
}

export const NO_TABLES = {
  ask: () => Promise.reject(new AppError('PROJECTIONS_OFF', 'no instance runs: its tables cannot be asked')),
};

export const dealAtRest = (desk: DealDesk, now: number): DealAtRest => ({
  contracts: (day, status) => {
    const { at, known } = momentOf(desk, day, now);
    const from = Math.floor(at / DAY_MS) * DAY_MS;
    return contractsAt(known.contracts, { at: from, status }, namesAtRest(known.reference(at).register, from));
  },
  contract: (id, day) => momentOf(desk, day, now).known.contracts.held(id),
  claims: (day) => {
    const { at, known } = momentOf(desk, day, now);
    return claimsAt(known.claims, known.registers, at);
  },
  duties: (day) => {
    const { at, known } = momentOf(desk, day, now);
    return dutiesAt(known.reference(at), [], known.incidents.all(), at);
  },
  playbook: async (day) => {
    const { at, known } = momentOf(desk, day, now);
    return playbookAt({
      reference: known.reference(at),
      contracts: known.contracts.all(),
      claims: known.claims,
      attested: known.attestations.all(),
      snapshot: null,
      projections: NO_TABLES,
      at,
      now,
    });
  },
  register: (day) => registerAt(desk.register, momentOf(desk, day, now, REGISTER_AHEAD).at),
});
