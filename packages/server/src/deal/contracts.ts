// Contracts as answers show them, whether an instance runs or not.
import { dayText, lintContract, summaryOf, type KnownReceipts } from '@weighbridge/ledger';
import type {
  ContractRow,
  Contracts,
  ContractStatus,
  LogKind,
  SavedContract,
  UnreadableContract,
} from '@weighbridge/protocol';
import { mendOf, type ContractsKnown, type ContractVersion, type Entered } from './contract-store.ts';

export interface ContractsAsked {
  /** UTC midnight of the day from which days are counted. */
  readonly at: number;
  /** Only those of this status. */
  readonly status?: ContractStatus | undefined;
}

export function contractsAt(
  contracts: Pick<ContractsKnown, 'all'>,
  { at, status }: ContractsAsked,
  known: KnownReceipts,
): Contracts {
  const { held, unreadable } = contracts.all();
  const asked = held.filter(({ contract }) => status === undefined || contract.status === status);
  return {
    at: dayText(at),
    rows: asked.map((one) => ({
      ...summaryOf(one.contract, at, known),
      ...lastOf(one),
      versions: one.versions.length,
    })),
    unreadable: unreadableRows(unreadable),
  };
}

/** What their entries say of them, and what is wrong. */
export const unreadableRows = (unreadable: ReturnType<ContractsKnown['all']>['unreadable']): UnreadableContract[] =>
  unreadable.map(({ id, versions, why }) => ({
    id,
    title: versions.at(-1)?.title ?? '',
    ...lastOf({ versions }),
    versions: versions.length,
    why,
    next: mendOf(id),
  }));

/** Of the version that stands. */
export function lastOf({
  versions,
}: {
  readonly versions: readonly ContractVersion[];
}): Pick<ContractRow, 'digest' | 'entered' | 'by'> {
  const { digest = '', at = 0, by = { via: 'instance' as const } } = versions.at(-1) ?? {};
  return { digest, entered: at, by };
}

/** The log that it was entered in. */
export interface LogName {
  readonly log: LogKind;
  readonly origin: string;
}

export const savedOf = (
  { held, changed, mended }: Entered,
  known: KnownReceipts,
  { log, origin }: LogName,
): SavedContract => ({
  id: held.id,
  digest: lastOf(held).digest,
  changed,
  mended,
  log,
  origin,
  serious: lintContract(held.contract, known).filter(({ severity }) => severity === 'serious').length,
});
