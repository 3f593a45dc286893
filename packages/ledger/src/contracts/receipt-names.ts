// How receipts name the parties of a contract. A contract has names of its own for its parties ("cloud"), receipts carry those of the
// configuration ("microsoft"): without this step an eligibility that speaks of the former would draw nothing, and nobody would be told.
import type { Contract } from './contract.ts';
import { PARTY_ATTRIBUTES, type ChargeFilter, type Eligibility } from './eligibility.ts';

/** More names of a party, from outside the contract: a register's. */
export type NamesOf = (party: string, name: string) => readonly string[];

const NONE: NamesOf = () => [];

/** Where a row names a party of the contract it means all the names of that party. */
export function resolvedEligibility({ parties }: Contract, rows: Eligibility, more: NamesOf = NONE): Eligibility {
  const namesOf = (pattern: string): readonly string[] => {
    const party = Object.hasOwn(parties, pattern) ? parties[pattern] : undefined;
    return party === undefined ? [pattern] : [pattern, ...(party.known_as ?? []), ...more(pattern, party.name)];
  };
  const resolved = (when: ChargeFilter): ChargeFilter => {
    const filter = { ...when };
    for (const attribute of PARTY_ATTRIBUTES) {
      const patterns = when[attribute];
      if (patterns !== undefined) filter[attribute] = [...new Set(patterns.flatMap(namesOf))];
    }
    return filter;
  };
  return rows.map((row) => ({ ...row, when: resolved(row.when) }));
}

/** The contract, with the names that its parties have in receipts in each eligibility. */
export const withReceiptNames = (contract: Contract, more: NamesOf): Contract => ({
  ...contract,
  instruments: contract.instruments.map((held) =>
    held.kind === 'spend' || held.kind === 'credit'
      ? { ...held, eligibility: resolvedEligibility(contract, held.eligibility, more) }
      : held,
  ),
});
