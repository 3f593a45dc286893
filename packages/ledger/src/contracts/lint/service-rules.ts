// Service levels: which metrics a contract must name so that they can be measured, and what follows when they are missed.
import { MONEY_SCALE } from '@weighbridge/kernel';
import { instrumentsOf, type Contract, type InstrumentOf } from '../contract.ts';
import { each, purchaseLacks, type Rule } from './rule.ts';

type Clause = InstrumentOf<'sla'>['clauses'][number];

const clauses = (contract: Contract): readonly Clause[] => instrumentsOf(contract, 'sla').flatMap((sla) => sla.clauses);
const lacks = (kind: Clause['kind']): Rule['finds'] =>
  purchaseLacks((contract) => clauses(contract).every((clause) => clause.kind !== kind));
const P99 = (MONEY_SCALE * 99n) / 100n;

const MISSING = { topic: 'service', kind: 'missing' } as const;

export const SERVICE_RULES: readonly Rule[] = [
  {
    ...MISSING,
    id: 'sla-availability',
    severity: 'serious',
    term: 'an availability',
    reason:
      'Without a figure for availability, and a window over which it is taken, every outage is within the contract.',
    question: 'What availability do you commit to, over which window, and what does not count as unavailable?',
    clause:
      'The service is available for 99.9 % of each calendar month; requests answered with an error of the Seller count as unavailable.',
    answer: 'number',
    finds: lacks('availability'),
  },
  {
    ...MISSING,
    id: 'sla-latency',
    severity: 'serious',
    term: 'the 99th percentile of latency',
    reason:
      'An average hides the calls that people wait for. The 99th percentile, to the first token, is what they feel.',
    question: 'What time to the first token do you commit to at the 99th percentile, per model and region?',
    clause:
      'In each calendar month, 99 % of requests have their first token within [n] milliseconds, measured at the Buyer’s gateway.',
    answer: 'number',
    finds: purchaseLacks(
      (contract) => !clauses(contract).some((clause) => clause.kind === 'latency' && clause.percentile >= P99),
    ),
  },
  {
    ...MISSING,
    id: 'sla-capacity',
    severity: 'weak',
    term: 'how much of the capacity must be there',
    reason: 'Being available with a tenth of the units is not what was bought.',
    question: 'In how many of the hours must the whole capacity be there?',
    clause: 'The reserved capacity is there in full in 99.5 % of the hours of each month.',
    answer: 'number',
    finds: purchaseLacks(
      (contract) =>
        instrumentsOf(contract, 'capacity').length > 0 && clauses(contract).every(({ kind }) => kind !== 'capacity'),
    ),
  },
  {
    ...MISSING,
    id: 'sla-region',
    severity: 'weak',
    term: 'the regions that serve',
    reason: 'A region that is only a setting may be overridden in an outage; a region in the SLA may not.',
    question: 'Which regions serve us, also in an outage, and how do you prove it per request?',
    clause:
      'Requests are served in the regions of Schedule A, also during disturbances; each answer states the region.',
    answer: 'text',
    finds: lacks('region'),
  },
  {
    ...MISSING,
    id: 'sla-rpo',
    severity: 'weak',
    term: 'how much may be lost (RPO)',
    reason: 'Files, fine-tunes and batches live at the seller; how much of them may be lost must be said before it is.',
    question: 'What recovery point do you commit to for stored files, batches and fine-tunes?',
    clause: 'After a disturbance at most the last hour of stored data is lost.',
    answer: 'number',
    finds: lacks('rpo'),
  },
  {
    ...MISSING,
    id: 'sla-rto',
    severity: 'weak',
    term: 'how long recovery may take (RTO)',
    reason: 'Without it, an outage ends when it ends.',
    question: 'Within how many hours do you recover the service after the loss of a region?',
    clause: 'The service is recovered within four hours.',
    answer: 'number',
    finds: lacks('rto'),
  },
  {
    ...MISSING,
    id: 'sla-remedy',
    severity: 'weak',
    term: 'what is given back when a level is missed',
    reason: 'A level without a remedy is a wish.',
    question: 'What part of the price do we get back when availability or latency is missed, and who reckons it?',
    clause:
      'For each month below the level the Buyer is credited the part of the price stated in Schedule C, without asking for it.',
    answer: 'text',
    finds: each('sla', (sla) =>
      sla.clauses.some(
        (clause) => (clause.kind === 'availability' || clause.kind === 'latency') && (clause.credit ?? []).length === 0,
      ),
    ),
  },
  {
    ...MISSING,
    id: 'sla-provider',
    severity: 'weak',
    term: 'who gives the SLA',
    reason:
      'The cloud that bills and the maker of the model may each point at the other; the contract names who answers.',
    question: 'Which legal entity gives the SLA for the model as it reaches us through this cloud?',
    clause: 'The Seller gives the service levels of Schedule C for the whole service, the model included.',
    answer: 'text',
    finds: purchaseLacks(({ parties }) => !Object.values(parties).some(({ roles }) => roles.includes('sla-provider'))),
  },
];
