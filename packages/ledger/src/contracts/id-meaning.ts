// Names: what a name refers to is one thing.
import type { DocumentPath, ProblemList } from '@weighbridge/document';
import type { Contract } from './contract.ts';

export function checkIds(contract: Contract, problems: ProblemList): void {
  checkUnique(contract.instruments, ['instruments'], problems);
  checkUnique(contract.prices, ['prices'], problems);
  for (const [index, instrument] of contract.instruments.entries()) {
    if (instrument.kind === 'spend') checkUnique(instrument.milestones, ['instruments', index, 'milestones'], problems);
    if (instrument.kind === 'investment')
      checkUnique(instrument.tranches ?? [], ['instruments', index, 'tranches'], problems);
  }
}

function checkUnique(held: readonly { readonly id: string }[], path: DocumentPath, problems: ProblemList): void {
  const seen = new Set<string>();
  for (const [index, { id }] of held.entries()) {
    if (seen.has(id))
      problems.error([...path, index, 'id'], `"${id}" is the name of another one above`, 'give each a name of its own');
    seen.add(id);
  }
}
