// Contracts as answers show them, whether an instance runs or not.
import { dayText, lintContract, summaryOf, type KnownReceipts } from '@weighbridge/ledger';
import type { Contracts, ContractRow, SavedContract } from '@weighbridge/protocol';
import type { ContractStore, Entered, HeldContract } from './contract-store.ts';

/** `at`: UTC midnight of the day from which days are counted. Throws JOURNAL_CORRUPT where the text of one is gone. */
export const contractsAt = (contracts: Pick<ContractStore, 'all'>, at: number, known: KnownReceipts): Contracts => ({
  at: dayText(at),
  rows: contracts.all().map((held) => ({
    ...summaryOf(held.contract, at, known),
    ...lastOf(held),
    versions: held.versions.length,
  })),
});

/** Of the version that stands. */
export function lastOf({ versions }: Pick<HeldContract, 'versions'>): Pick<ContractRow, 'digest' | 'entered' | 'by'> {
  const { digest = '', at = 0, by = { via: 'instance' as const } } = versions.at(-1) ?? {};
  return { digest, entered: at, by };
}

export const savedOf = ({ held, changed }: Entered, known: KnownReceipts): SavedContract => ({
  id: held.id,
  digest: lastOf(held).digest,
  changed,
  serious: lintContract(held.contract, known).filter(({ severity }) => severity === 'serious').length,
});
