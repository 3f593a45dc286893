// Leaving and looking: how one gets out, what that costs, what ends by itself, and what may be audited.
import { instrumentsOf } from '../contract.ts';
import { feeSteps, stayingCosts, type FeeStep } from '../exit-fees.ts';
import { DAY_MS } from '../fields.ts';
import { contractHas, each, purchaseLacks, type Rule } from './rule.ts';

const MISSING = { topic: 'leaving', kind: 'missing' } as const;
const DANGEROUS = { topic: 'leaving', kind: 'dangerous' } as const;

/** Steps that leave out days of the window, between them or at an end; where none has a day of it, all of it is left out. */
function leavesGap(steps: readonly FeeStep[], window: { readonly from: number; readonly until: number }): boolean {
  let until = window.from;
  for (const step of steps) {
    if (step.from > until) return true;
    until = Math.max(until, step.until);
  }
  return until < window.until;
}

export const LEAVING_RULES: readonly Rule[] = [
  {
    ...MISSING,
    id: 'exit-right',
    severity: 'serious',
    term: 'a right to leave',
    reason:
      'Models, prices and suppliers change within months; a term of years without a way out buys yesterday’s choice.',
    question: 'When may we leave, with what notice, and what does it cost?',
    clause:
      'The Buyer may end this contract to the end of each year with ninety days’ notice, for the fee of Schedule E.',
    answer: 'text',
    finds: purchaseLacks((contract) => instrumentsOf(contract, 'exit').length === 0),
  },
  {
    ...MISSING,
    id: 'exit-for-cause',
    severity: 'weak',
    term: 'a right to leave for cause',
    reason: 'Missed service levels, a retired model, a change of owner or of law should open the door without a fee.',
    question: 'On which events may we leave without a fee?',
    clause:
      'The Buyer may leave without a fee after two months below the SLA, the retirement of a model in use, a change of control, or a change of law.',
    answer: 'text',
    finds: purchaseLacks((contract) =>
      instrumentsOf(contract, 'exit').every(({ triggers }) => (triggers ?? []).length === 0),
    ),
  },
  {
    ...MISSING,
    id: 'exit-fee-stated',
    severity: 'weak',
    term: 'what leaving costs',
    reason: 'A right whose price is open is not one that can be weighed against staying.',
    question: 'What is the fee for leaving, by date?',
    clause: 'The fee for leaving is that of Schedule E; beyond it nothing is owed for the time after.',
    answer: 'number',
    finds: each('exit', ({ fees }) => fees === undefined),
  },
  {
    ...MISSING,
    id: 'exit-fee-base',
    severity: 'weak',
    term: 'what a fee for leaving is a part of',
    reason:
      'A part of “the remaining commitment” is worth what counts as remaining: the milestone under way can make it twice as much.',
    question:
      'Of which commitments is the fee a part, and does a milestone under way count by what is not drawn or by its days?',
    clause:
      'The fee is a part of the commitment for the days after leaving; of the milestone under way only its days left count.',
    answer: 'text',
    finds: each('exit', ({ fees }) =>
      (fees ?? []).some(
        ({ of_remaining: part, of, counted }) => part !== undefined && (of === undefined || counted === undefined),
      ),
    ),
  },
  {
    ...DANGEROUS,
    id: 'exit-fee-as-dear',
    severity: 'serious',
    term: 'a fee for leaving that is as much as staying costs',
    reason: 'Whoever pays as much for leaving as for staying cannot leave; the right is one on paper.',
    question: 'Will you lower the fee, so that leaving costs clearly less than what is still committed then?',
    clause: 'The fee for leaving is never more than a quarter of what is still committed on the day it takes effect.',
    answer: 'number',
    finds: each('exit', (held, contract) =>
      feeSteps(contract, held).some(({ from, first }) => {
        const staying = stayingCosts(contract, held, from);
        return staying > 0n && first.most >= staying;
      }),
    ),
  },
  {
    ...DANGEROUS,
    id: 'exit-fee-rises',
    severity: 'weak',
    term: 'a fee for leaving that rises',
    reason: 'The later one leaves the less is left to pay for; a fee that rises rewards nobody who waits for evidence.',
    question: 'Why does the fee rise, and will you let it fall from step to step?',
    clause: 'The fee for leaving falls from each step of Schedule E to the next.',
    answer: 'text',
    finds: each('exit', (held, contract) => {
      const steps = feeSteps(contract, held);
      return steps.some(({ first }, index) => {
        const before = steps[index - 1];
        return before !== undefined && first.most > before.last.most;
      });
    }),
  },
  {
    ...DANGEROUS,
    id: 'exit-fee-gap',
    severity: 'weak',
    term: 'days of the window without a fee in the schedule',
    reason: 'A day that no step names is read here as free; the seller may read it otherwise.',
    question: 'Does leaving on these days cost nothing?',
    clause: 'On a day that Schedule E does not name, leaving costs nothing.',
    answer: 'yes or no',
    finds: each(
      'exit',
      (held, contract) => (held.fees ?? []).length > 0 && leavesGap(feeSteps(contract, held), held.window),
    ),
  },
  {
    ...DANGEROUS,
    id: 'exit-narrow',
    severity: 'weak',
    term: 'a notice that takes up most of the window',
    reason: 'Few days remain on which the right can still be used.',
    question: 'Will you shorten the notice or open the window earlier?',
    clause: 'The notice is thirty days.',
    answer: 'yes or no',
    finds: each('exit', ({ window, notice_days: days }) => 2 * days * DAY_MS > window.until - window.from),
  },
  {
    ...MISSING,
    id: 'renewal-stated',
    severity: 'weak',
    term: 'whether the contract renews itself',
    reason: 'Silence leaves it to the general terms, which are the seller’s.',
    question: 'Does the contract renew itself, for how long, and with what notice?',
    clause: 'The contract ends on its last day without notice.',
    answer: 'text',
    finds: purchaseLacks(({ term }) => term.renewal === undefined),
  },
  {
    ...DANGEROUS,
    id: 'renewal-without-notice',
    severity: 'serious',
    term: 'automatic renewal without a notice period',
    reason: 'Without a day by which to say no, the next term begins before anybody has been asked.',
    question: 'By which day must we say that we do not renew, and will you remind us?',
    clause: 'The contract renews only if the Buyer agrees in writing at least thirty days before its end.',
    answer: 'text',
    finds: contractHas(({ term: { renewal } }) => renewal?.automatic === true && (renewal.notice_days ?? 0) === 0),
  },
  {
    ...MISSING,
    id: 'audit-right',
    severity: 'serious',
    term: 'a right to audit',
    reason: 'Reserved consumption is claimed by the seller; without a right to look, the claim is the bill.',
    question:
      'May we audit metered and reserved consumption, how far back, and within what time do you answer a dispute?',
    clause:
      'The Buyer may audit all metered and reserved consumption of the last 24 months; differences above 0.5 % are corrected within sixty days.',
    answer: 'text',
    finds: purchaseLacks((contract) => instrumentsOf(contract, 'audit').length === 0),
  },
  {
    ...DANGEROUS,
    id: 'audit-short',
    severity: 'weak',
    term: 'an audit that looks back less than a year',
    reason: 'Faults in billing are found when the year is closed.',
    question: 'Will you extend the look-back to 24 months?',
    clause: 'The look-back is 24 months.',
    answer: 'number',
    finds: each('audit', ({ look_back_months: months }) => months < 12),
  },
  {
    ...MISSING,
    id: 'migration-help',
    severity: 'weak',
    term: 'help with moving away',
    reason: 'The right to leave is worth as much as the way out: exports, time, people.',
    question: 'What help do you give with a move, in what formats, for how long, and at what price?',
    clause: 'For six months after notice the Seller goes on serving at the same prices and helps with export and move.',
    answer: 'text',
    finds: purchaseLacks(({ terms }) => terms.migration === undefined),
  },
  {
    ...MISSING,
    id: 'migration-accelerators',
    severity: 'weak',
    term: 'a plan for moving to other accelerators',
    reason: 'Optimisations for one maker’s hardware are a lock of their own.',
    question: 'Which of our workloads run on other accelerators today, and what would the move take?',
    clause:
      'The Seller keeps, and shows each year, a tested plan for serving the Buyer’s models on other accelerators.',
    answer: 'document',
    finds: contractHas(({ terms }) => terms.migration !== undefined && terms.migration.other_accelerators !== true),
  },
];
