// How large a deal may be: pools that charges draw, and milestones, of all contracts that stand together. Within these the draw-down is
// reckoned in seconds; beyond them a contract is refused where it is entered, with the line at which it becomes too much.
import type { ProblemList } from '@weighbridge/document';
import type { Contract } from './contract.ts';

export const DEAL_MOST = { pools: 500, milestones: 20_000 } as const;

export interface DealSize {
  /** Spend commitments and credits. */
  readonly pools: number;
  /** A credit is one. */
  readonly milestones: number;
}

export const NO_DEAL: DealSize = { pools: 0, milestones: 0 };

const partsOf = ({ instruments }: Pick<Contract, 'instruments'>): readonly number[] =>
  instruments.map((held) => (held.kind === 'spend' ? held.milestones.length : held.kind === 'credit' ? 1 : 0));

export const dealSize = (contracts: readonly Pick<Contract, 'instruments'>[]): DealSize =>
  contracts
    .flatMap(partsOf)
    .reduce(
      ({ pools, milestones }, parts) => ({ pools: pools + Number(parts > 0), milestones: milestones + parts }),
      NO_DEAL,
    );

/** `others`: of the contracts that stand beside it. One fault is told, where the first bound is crossed. */
export function checkSize(contract: Contract, others: DealSize, problems: ProblemList): void {
  let { pools, milestones } = others;
  const beside = (count: number): string => (count === 0 ? '' : `, ${count} of them in contracts that stand`);
  for (const [index, parts] of partsOf(contract).entries()) {
    if (parts === 0) continue;
    pools += 1;
    milestones += parts;
    if (pools > DEAL_MOST.pools) {
      problems.error(
        ['instruments', index],
        `a deal has at most ${DEAL_MOST.pools} commitments and credits, and this is one more${beside(others.pools)}`,
        'put commitments that are drawn alike into one with milestones, or take out a contract that has ended',
      );
      return;
    }
    if (milestones > DEAL_MOST.milestones) {
      problems.error(
        ['instruments', index, ...(contract.instruments[index]?.kind === 'spend' ? ['milestones'] : [])],
        `a deal has at most ${DEAL_MOST.milestones} milestones, and with these it has ${milestones}${beside(others.milestones)}`,
        'write longer milestones, or take out a contract that has ended',
      );
      return;
    }
  }
}
