// What a contract lacks and what is dangerous in it: every rule of the table held against it and, where it is known what receipts carry,
// its eligibility. Pure; serious findings first.
import type { Contract } from '../contract.ts';
import { CAPACITY_RULES } from './capacity-rules.ts';
import { DATA_RULES } from './data-rules.ts';
import { LEAVING_RULES } from './leaving-rules.ts';
import { MONEY_RULES } from './money-rules.ts';
import { OPERATION_RULES } from './operation-rules.ts';
import { receiptFindings, type KnownReceipts } from './receipt-rules.ts';
import type { Finding } from './finding.ts';
import type { Rule } from './rule.ts';
import { SERVICE_RULES } from './service-rules.ts';

export const CONTRACT_RULES: readonly Rule[] = [
  ...MONEY_RULES,
  ...CAPACITY_RULES,
  ...SERVICE_RULES,
  ...LEAVING_RULES,
  ...DATA_RULES,
  ...OPERATION_RULES,
];

export const lintContract = (contract: Contract, known?: KnownReceipts): readonly Finding[] =>
  [...(known === undefined ? [] : receiptFindings(contract, known)), ...ruleFindings(contract)].toSorted(
    (a, b) => Number(b.severity === 'serious') - Number(a.severity === 'serious'),
  );

const ruleFindings = (contract: Contract): readonly Finding[] =>
  CONTRACT_RULES.flatMap(({ finds, id, severity, kind, topic, term, reason, question, clause }) =>
    finds(contract).map((at) => ({ rule: id, at, severity, kind, topic, term, reason, question, clause, mend: '' })),
  );
