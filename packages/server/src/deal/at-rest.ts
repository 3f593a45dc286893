// What a log says of contracts, claims, duties and the playbook while no instance runs on it: there is no configuration in force then, and no
// tables, and what would be known from them is not known.
import { AppError } from '@weighbridge/kernel';
import type { Claims, Contracts, Duties, PlaybookView, RegisterView } from '@weighbridge/protocol';
import { claimsAt } from './claims.ts';
import { contractsAt } from './contracts.ts';
import type { DealDesk } from './deal-desk.ts';
import { dutiesAt } from './duties.ts';
import { playbookAt } from './playbook.ts';
import { namesAtRest } from './receipts-known.ts';
import { registerAt } from './register.ts';

export interface DealAtRest {
  /** `at`: UTC midnight. */
  contracts(at: number): Contracts;
  claims(at: number): Claims;
  duties(at: number): Duties;
  playbook(at: number): Promise<PlaybookView>;
  register(at: number): RegisterView;
}

export const NO_TABLES = {
  ask: () => Promise.reject(new AppError('PROJECTIONS_OFF', 'no instance runs: its tables cannot be asked')),
};

export const dealAtRest = ({
  claims,
  incidents,
  attestations,
  contracts,
  register,
  registers,
}: DealDesk): DealAtRest => ({
  contracts: (at) => contractsAt(contracts, at, namesAtRest(register.reference(at).register, at)),
  claims: (at) => claimsAt(claims, registers, at),
  duties: (at) => dutiesAt(register.reference(at), [], incidents.all(), at),
  playbook: (at) =>
    playbookAt({
      reference: register.reference(at),
      contracts: contracts.all(),
      claims,
      attested: attestations.all(),
      snapshot: null,
      projections: NO_TABLES,
      at,
    }),
  register: (at) => registerAt(register, at),
});
