// Data and security: where data stays, who may use it, and that both the cloud and the maker of the model answer for it.
import { instrumentsOf, type Contract, type Role } from '../contract.ts';
import { contractHas, each, hasRole, purchaseLacks, type Rule } from './rule.ts';

const MISSING = { topic: 'data', kind: 'missing' } as const;
const DANGEROUS = { topic: 'data', kind: 'dangerous' } as const;

const secures = (contract: Contract, roles: readonly Role[]): boolean =>
  instrumentsOf(contract, 'security').some(({ owed_by: party }) => hasRole(contract, party, roles));
const NOTICE_HOURS_MOST = 72;

export const DATA_RULES: readonly Rule[] = [
  {
    ...MISSING,
    id: 'residency',
    severity: 'serious',
    term: 'where data stays',
    reason: 'Residency that is only a setting of the product may change with the product.',
    question: 'In which regions are prompts, answers and logs processed and kept, by whom, and where is that written?',
    clause: 'Prompts, answers and logs are processed and kept in the regions of Schedule F only.',
    answer: 'text',
    finds: purchaseLacks((contract) => instrumentsOf(contract, 'residency').length === 0),
  },
  {
    ...MISSING,
    id: 'residency-support',
    severity: 'weak',
    term: 'access by support from elsewhere',
    reason: 'Data that stays and is read from outside has left.',
    question: 'From which countries can your support see our data, and is that logged?',
    clause: 'Support staff outside the regions of Schedule F have no access to data of the Buyer.',
    answer: 'text',
    finds: each('residency', ({ covers }) => !covers.includes('support-access')),
  },
  {
    ...MISSING,
    id: 'security-cloud',
    severity: 'serious',
    term: 'security duties of the cloud',
    reason: 'The one who runs the service must owe its security, and prove it.',
    question: 'Which security duties does the operator of the cloud owe us, and by what proofs?',
    clause: 'The Operator keeps the measures of Schedule G and proves them each year by an independent report.',
    answer: 'document',
    finds: purchaseLacks((contract) => !secures(contract, ['operator', 'host', 'seller-of-record'])),
  },
  {
    ...MISSING,
    id: 'security-model',
    severity: 'serious',
    term: 'security duties of the maker of the model',
    reason: 'Leakage through the model, poisoned training and misuse of the API are not the cloud’s to promise.',
    question:
      'Which duties does the maker of the model owe us for leakage, poisoning and misuse, directly or through you?',
    clause: 'The Developer owes the Buyer the measures of Schedule H against leakage, poisoning and misuse of the API.',
    answer: 'document',
    finds: purchaseLacks(
      (contract) =>
        !instrumentsOf(contract, 'security').some(
          ({ owed_by: party, covers }) => hasRole(contract, party, ['developer']) && covers.includes('poisoning'),
        ),
    ),
  },
  {
    ...MISSING,
    id: 'security-proofs',
    severity: 'weak',
    term: 'proofs of a security duty',
    reason: 'A duty that is never shown is believed until the day it is needed.',
    question: 'By which reports or certificates, of which year, do you prove it?',
    clause: 'The duty is proven each year by the report of an independent auditor.',
    answer: 'document',
    finds: each('security', ({ proofs }) => (proofs ?? []).length === 0),
  },
  {
    ...MISSING,
    id: 'breach-notice',
    severity: 'serious',
    term: 'notice of a breach within hours',
    reason: 'The buyer’s own clocks (data protection, operational resilience) run in hours from when it knows.',
    question: 'Within how many hours do you tell us of a breach, and to whom?',
    clause: 'The Seller and the Developer each notify the Buyer of a breach within 24 hours of becoming aware of it.',
    answer: 'number',
    finds: purchaseLacks((contract) => {
      const hours = [
        ...instrumentsOf(contract, 'security').flatMap(({ notice_hours: held }) => held ?? []),
        ...instrumentsOf(contract, 'sla').flatMap(({ clauses }) =>
          clauses.flatMap((clause) => (clause.kind === 'breach-notice' ? clause.hours : [])),
        ),
      ];
      return !hours.some((held) => held <= NOTICE_HOURS_MOST);
    }),
  },
  {
    ...MISSING,
    id: 'subcontractors',
    severity: 'serious',
    term: 'control over subcontractors',
    reason: 'Who else touches the data decides whether the rest of the contract holds.',
    question: 'Who are your subprocessors for this service, and may we object to a new one?',
    clause: 'A new subcontractor needs the consent of the Buyer; the Seller gives sixty days’ notice.',
    answer: 'document',
    finds: purchaseLacks(({ terms }) => terms.subcontractors === undefined),
  },
  {
    ...DANGEROUS,
    id: 'subcontractors-free',
    severity: 'serious',
    term: 'subcontractors may be changed freely',
    reason: 'The data may be anywhere tomorrow, within the contract.',
    question: 'Will you give notice of, and a right to object to, every new subcontractor?',
    clause: 'A new subcontractor needs the consent of the Buyer; the Seller gives sixty days’ notice.',
    answer: 'yes or no',
    finds: contractHas(({ terms }) => terms.subcontractors?.change === 'free'),
  },
  {
    ...MISSING,
    id: 'data-use',
    severity: 'serious',
    term: 'that prompts and answers do not train models',
    reason: 'What the contract does not forbid, the next version of the terms may allow.',
    question:
      'Do you or the maker of the model train on our prompts or answers, or keep them for anything but the service?',
    clause: 'Prompts and answers are used for the service alone; they train no model.',
    answer: 'yes or no',
    finds: purchaseLacks(({ terms }) => terms.data_use === undefined),
  },
  {
    ...DANGEROUS,
    id: 'data-trains',
    severity: 'serious',
    term: 'prompts and answers may train models',
    reason: 'What has been trained on cannot be taken back.',
    question: 'Will you take training on our data out of the contract?',
    clause: 'Prompts and answers are used for the service alone; they train no model.',
    answer: 'yes or no',
    finds: contractHas(({ terms }) => terms.data_use?.training === true),
  },
  {
    ...MISSING,
    id: 'processor-named',
    severity: 'weak',
    term: 'who processes the data',
    reason: 'Seller, biller and processor may be three companies; the duty to protect data follows the processor.',
    question: 'Which legal entity is the data processor for the model as it reaches us through this cloud?',
    clause: 'The data processor is [legal entity], bound by the data processing agreement in Schedule I.',
    answer: 'text',
    finds: purchaseLacks(({ parties }) => !Object.values(parties).some(({ roles }) => roles.includes('processor'))),
  },
];
