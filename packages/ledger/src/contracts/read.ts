// A contract from the text of its file. What is wrong with it is told all at once, each with line, reason and mend; a file with
// an error gives no contract.
import { checkDocument, readDocument, type CheckedDocument, type DocumentForm } from '@weighbridge/document';
import { checkAmounts } from './amount-meaning.ts';
import { checkSize, NO_DEAL, type DealSize } from './bounds.ts';
import { contractSchema, type Contract } from './contract.ts';
import { checkExitFees } from './exit-meaning.ts';
import { checkIds } from './id-meaning.ts';
import { checkOpenings } from './opening.ts';
import { checkParties } from './party-meaning.ts';
import { checkPeriods } from './period-meaning.ts';

const formBeside = (others: DealSize): DocumentForm<Contract> => ({
  what: 'the contract',
  code: 'DEAL_INVALID',
  next: 'correct the lines that the message names, then run `weighbridge deal lint FILE`',
  schema: contractSchema,
  meaning: (contract, problems) => {
    checkIds(contract, problems);
    checkParties(contract, problems);
    checkPeriods(contract, problems);
    checkExitFees(contract, problems);
    checkAmounts(contract, problems);
    checkOpenings(contract, problems);
    checkSize(contract, others, problems);
  },
});

/** Throws DEAL_INVALID, naming every fault. `file`: its name in messages. `others`: what stands beside it already. */
export const readContract = (file: string, text: string, others: DealSize = NO_DEAL): Contract =>
  readDocument(file, text, formBeside(others));

/** The contract, where nothing is wrong with it, and what is. */
export const checkContract = (text: string, others: DealSize = NO_DEAL): CheckedDocument<Contract> =>
  checkDocument(text, formBeside(others));
