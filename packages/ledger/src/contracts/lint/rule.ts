// A rule of the linter: a row. What it looks for, why it matters in the words of a purchase, the question to ask the seller, and
// the clause to propose. The questionnaire is made from the same rows, so that what is asked and what is checked are one thing.
import { instrumentsOf, type Contract, type Instrument, type Role } from '../contract.ts';

export const TOPICS = {
  capacity: 'Capacity',
  service: 'Service levels',
  money: 'Prices, commitment and billing',
  leaving: 'Leaving and looking',
  data: 'Data and security',
  operation: 'Models and operation',
} as const;
export type Topic = keyof typeof TOPICS;

export interface Rule {
  readonly id: string;
  /** serious: do not sign so; weak: better to have it mended. */
  readonly severity: 'serious' | 'weak';
  /** missing: a sound contract has it, and this one does not; dangerous: this one has it, and a sound one does not. */
  readonly kind: 'missing' | 'dangerous';
  readonly topic: Topic;
  readonly term: string;
  readonly reason: string;
  readonly question: string;
  readonly clause: string;
  readonly answer: 'yes or no' | 'text' | 'number' | 'document';
  /** Where it stands, or should: ids of instruments, or `contract`. Empty: nothing to say. */
  readonly finds: (contract: Contract) => readonly string[];
}

export const CONTRACT: readonly string[] = ['contract'];
const NOWHERE: readonly string[] = [];

/** One side buys a service of the other: the terms of such a contract apply. */
export const isPurchase = (contract: Contract): boolean =>
  contract.instruments.some(({ kind }) => kind === 'spend' || kind === 'capacity' || kind === 'option');

/** Of a purchase, where something is missing. */
export const purchaseLacks =
  (lacks: (contract: Contract) => boolean): Rule['finds'] =>
  (contract) =>
    isPurchase(contract) && lacks(contract) ? CONTRACT : NOWHERE;

export const contractHas =
  (has: (contract: Contract) => boolean): Rule['finds'] =>
  (contract) =>
    has(contract) ? CONTRACT : NOWHERE;

/** The instruments of a kind that are as they should not be. */
export const each =
  <Kind extends Instrument['kind']>(
    kind: Kind,
    bad: (instrument: Extract<Instrument, { kind: Kind }>, contract: Contract) => boolean,
  ): Rule['finds'] =>
  (contract) =>
    instrumentsOf(contract, kind)
      .filter((held) => bad(held, contract))
      .map(({ id }) => id);

export const hasRole = (contract: Contract, party: string, roles: readonly Role[]): boolean =>
  contract.parties[party]?.roles.some((role) => roles.includes(role)) ?? false;
