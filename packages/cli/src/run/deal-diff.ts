// `deal diff`: what has changed between two versions of a contract, by what they mean.
import { formatMoney, moneyToDecimal } from '@weighbridge/kernel';
import { diffContracts, type Change, type ContractDiff } from '@weighbridge/ledger';
import { contractPath } from '@weighbridge/protocol';
import type { Run } from '../frame/command.ts';
import type { Paint } from '../frame/output.ts';
import { changeLine } from '../read/change-line.ts';
import { contractAt } from '../read/contract-file.ts';

export const run: Run = async (context) => {
  const [{ contract: before }, { contract: after }] = [await contractAt(context, 0), await contractAt(context, 1)];
  const found = diffContracts(before, after);
  const shown = {
    before: before.id,
    after: after.id,
    currency: after.currency,
    changes: found.changes,
    owed: found.owed.map(({ party, ...amounts }) => ({
      party,
      before: moneyToDecimal(amounts.before),
      after: moneyToDecimal(amounts.after),
      difference: moneyToDecimal(amounts.difference),
    })),
  };
  context.out.data(shown, () => describe(found, after.currency, context.out.paint));
};

function describe({ changes, owed }: ContractDiff, currency: string, paint: Paint): string {
  if (changes.length === 0) return 'No difference in meaning.';
  const lines = changes.map((change) => lineOf(change, paint));
  const sums = owed.map(
    ({ party, before, after, difference }) =>
      `${party} owes ${formatMoney(after, currency)} in all instead of ${formatMoney(before, currency)}: ${signed(difference, currency)}`,
  );
  return [...lines, ...(sums.length === 0 ? [] : ['', ...sums])].join('\n');
}

const lineOf = (change: Change, paint: Paint): string =>
  `${changeLine({ ...change, path: contractPath(change.path) }, paint)}${change.difference === null ? '' : ` (${change.difference})`}`;

const signed = (amount: bigint, currency: string): string =>
  `${amount > 0n ? '+' : ''}${formatMoney(amount, currency)}`;
