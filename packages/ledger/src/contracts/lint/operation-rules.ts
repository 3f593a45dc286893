// Models and operation: what happens when a model goes, something breaks, or an answer must be explained.
import { contractHas, purchaseLacks, type Rule } from './rule.ts';

const MISSING = { topic: 'operation', kind: 'missing' } as const;

export const OPERATION_RULES: readonly Rule[] = [
  {
    ...MISSING,
    id: 'retirement-notice',
    severity: 'serious',
    term: 'notice before a model is retired',
    reason: 'Work that was validated on a model must be validated again on its successor; that takes months.',
    question:
      'How long before its retirement do you announce the end of a model, and what do you offer instead at what price?',
    clause: 'A model is retired at the earliest 180 days after notice, with a successor at the same price or less.',
    answer: 'number',
    finds: purchaseLacks(({ terms }) => terms.retirement === undefined),
  },
  {
    ...MISSING,
    id: 'liability',
    severity: 'serious',
    term: 'liability',
    reason: 'Where the contract is silent on liability, the general terms of the seller are not.',
    question: 'Up to what amount are you liable, and for what without limit?',
    clause:
      'Each side is liable up to twice the yearly commitment; without limit for breach of confidentiality and intent.',
    answer: 'text',
    finds: purchaseLacks(({ terms }) => terms.liability === undefined),
  },
  {
    ...MISSING,
    id: 'incident-map',
    severity: 'weak',
    term: 'who answers for which incident',
    reason: 'In the hour of an incident there is no time to find out whose it is.',
    question:
      'For each class of failure (service, data, model, billing): who owns it, whom do we call, and what clock runs?',
    clause: 'Schedule J names owner, contact and clock for each class of failure.',
    answer: 'document',
    finds: purchaseLacks(({ terms }) => terms.incidents === undefined),
  },
  {
    ...MISSING,
    id: 'independent-benchmark',
    severity: 'weak',
    term: 'an independent benchmark on real work',
    reason: 'Speed and quality in a brochure are measured on the seller’s work, not on the buyer’s.',
    question: 'Will you have your claims of speed and cost tested on our recorded work by us or an independent party?',
    clause:
      'Before each milestone the Buyer may test the service on its own recorded work; results below the claims of Schedule K lower the milestone.',
    answer: 'document',
    finds: purchaseLacks(({ terms }) => terms.benchmark?.independent !== true),
  },
  {
    ...MISSING,
    id: 'red-team',
    severity: 'weak',
    term: 'red teams that are independent',
    reason: 'Whoever built a thing is the last to see how it breaks.',
    question: 'Who attacks your models and service on your behalf, how often, and do we see the report?',
    clause: 'An independent red team tests model and service each year; the Buyer gets its report.',
    answer: 'document',
    finds: purchaseLacks(({ terms }) => terms.red_team?.independent !== true),
  },
  {
    ...MISSING,
    id: 'provenance',
    severity: 'weak',
    term: 'provenance of each answer',
    reason: 'Explaining an answer afterwards begins with which model, which version and which region gave it.',
    question: 'Does each answer state model, version, region and whether it was served by a fallback?',
    clause: 'Each answer states the model, its version, the region and any fallback.',
    answer: 'yes or no',
    finds: purchaseLacks(({ terms }) => terms.provenance === undefined),
  },
  {
    ...MISSING,
    id: 'law',
    severity: 'weak',
    term: 'the law that governs',
    reason: 'It decides whose court reads all the rest.',
    question: 'Which law governs, and where are disputes heard?',
    clause: 'The law of [country] governs; disputes are heard in [place].',
    answer: 'text',
    finds: purchaseLacks(({ terms }) => terms.law === undefined),
  },
  {
    topic: 'operation',
    kind: 'dangerous',
    id: 'not-agreed',
    severity: 'weak',
    term: 'contents that nobody has agreed',
    reason: 'Parts of this file are reported or assumed. They can be reckoned with, not relied on.',
    question: 'Will you confirm the parts of this contract that we know only from reports?',
    clause: '',
    answer: 'document',
    finds: contractHas(
      ({ status, instruments }) =>
        status === 'reported' ||
        instruments.some(({ basis }) => basis?.grade === 'reported' || basis?.grade === 'assumed'),
    ),
  },
];
