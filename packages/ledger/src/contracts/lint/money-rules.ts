// Prices, commitment and billing: what is owed, when it bites, and whether the bill can be checked.
import { MONEY_SCALE } from '@weighbridge/kernel';
import { instrumentsOf, type InstrumentOf } from '../contract.ts';
import { DAY_MS } from '../fields.ts';
import { contractHas, each, hasRole, purchaseLacks, type Rule } from './rule.ts';

const MISSING = { topic: 'money', kind: 'missing' } as const;
const DANGEROUS = { topic: 'money', kind: 'dangerous' } as const;
const YEAR_MS = 366 * DAY_MS;

const total = ({ milestones }: InstrumentOf<'spend'>): bigint =>
  milestones.reduce((sum, { amount }) => sum + amount, 0n);

/** Whether money is owed for a rest: one that is forfeited, or owed by nobody, is no charge. */
const costs = (shortfall: InstrumentOf<'spend'>['shortfall']): boolean =>
  shortfall !== undefined && (shortfall.rule === 'invoice-difference' || shortfall.rule === 'rollover');

/** Words by which something that may be done becomes something that must be. */
const BINDING =
  /\b(shall|must|commit(s|ted|ment)?|guarantee[sd]?|obligat\w+|take[- ]or[- ]pay|minimum|at least|binding)\b/i;

export const MONEY_RULES: readonly Rule[] = [
  {
    ...MISSING,
    id: 'shortfall-stated',
    severity: 'serious',
    term: 'what a shortfall costs',
    reason: 'Where the contract does not say what happens to the part not spent, the seller’s invoice will.',
    question:
      'What becomes of the part of a milestone that is not spent: is it invoiced, forfeited, or moved to the next?',
    clause:
      'What is not spent by the end of a milestone is added to the next one; after the last one it is invoiced once.',
    answer: 'text',
    finds: each('spend', ({ shortfall }) => shortfall === undefined),
  },
  {
    ...MISSING,
    id: 'shortfall-notice',
    severity: 'weak',
    term: 'whether a shortfall is invoiced without being asked for',
    reason: 'Between the end of a milestone and its invoice there should be time to look at the count.',
    question: 'Is a shortfall invoiced automatically, and how long before do you show us the count?',
    clause:
      'A shortfall is invoiced only after the Seller has shown its count and sixty days have passed without objection.',
    answer: 'yes or no',
    finds: each('spend', ({ shortfall }) => costs(shortfall) && shortfall?.automatic === undefined),
  },
  {
    ...DANGEROUS,
    id: 'shortfall-automatic',
    severity: 'serious',
    term: 'an automatic shortfall charge',
    reason: 'The money is gone before anybody has checked what was counted as eligible.',
    question: 'Will you take out the automatic charge, and invoice a shortfall only after the count was agreed?',
    clause: 'The charge for a shortfall is suspended until both sides have agreed the count of eligible consumption.',
    answer: 'yes or no',
    finds: each('spend', ({ shortfall }) => costs(shortfall) && shortfall?.automatic === true),
  },
  {
    ...DANGEROUS,
    id: 'single-milestone',
    severity: 'serious',
    term: 'a single milestone at the end of a long term',
    reason: 'All risk gathers on the last day: nothing shows that one is behind until nothing can be done about it.',
    question: 'Will you stage the commitment by year or half-year, with amounts that follow our ramp?',
    clause: 'The commitment is staged in yearly milestones as in Schedule A.',
    answer: 'yes or no',
    finds: each('spend', ({ milestones: [first, second] }) =>
      first !== undefined && second === undefined ? first.until - first.from > YEAR_MS : false,
    ),
  },
  {
    ...DANGEROUS,
    id: 'back-loaded',
    severity: 'weak',
    term: 'most of the commitment in its last milestone',
    reason: 'A plan that grows into its commitment at the very end has no year left in which to be wrong.',
    question:
      'On what growth of our usage do you base the last milestone, and may it be lowered when it does not come?',
    clause: 'If usage in a milestone is below three quarters of it, the later milestones are lowered in proportion.',
    answer: 'text',
    finds: each('spend', (held) => {
      const [before, last] = held.milestones.slice(-2).map(({ amount }) => amount);
      // Of two milestones the second may well be the larger one.
      return before !== undefined && last !== undefined && 2n * last > total(held) && 2n * last > 3n * before;
    }),
  },
  {
    ...DANGEROUS,
    id: 'carry-over-none',
    severity: 'weak',
    term: 'no carry-over',
    reason: 'What is spent beyond a milestone is spent for nothing, as far as the commitment goes.',
    question: 'Will you count spend beyond a milestone for the next one?',
    clause: 'Eligible consumption beyond a milestone counts for the next ones.',
    answer: 'yes or no',
    finds: each('spend', (held) => held.carry_over === 'none' && held.milestones.length > 1),
  },
  {
    ...MISSING,
    id: 'carry-over-stated',
    severity: 'weak',
    term: 'whether spend beyond a milestone is carried over',
    reason: 'Silence is read as no.',
    question: 'Does spend beyond a milestone count for the next one?',
    clause: 'Eligible consumption beyond a milestone counts for the next ones.',
    answer: 'yes or no',
    finds: each('spend', (held) => held.carry_over === undefined && held.milestones.length > 1),
  },
  {
    ...MISSING,
    id: 'marketplace-stated',
    severity: 'serious',
    term: 'whether marketplace charges count',
    reason:
      'Models of other makers are often billed through the cloud’s marketplace. Whether they draw the commitment, in full or in part, can be most of the bill.',
    question: 'Which marketplace charges draw the commitment, and with what part of their amount?',
    clause: 'Charges for models billed through the marketplace count in full towards the commitment.',
    answer: 'text',
    // A row that names who sells and who bills says it too.
    finds: each('spend', ({ eligibility }) =>
      eligibility.every(
        ({ when: { marketplace, seller, biller } }) =>
          marketplace === undefined && (seller === undefined || biller === undefined),
      ),
    ),
  },
  {
    ...MISSING,
    id: 'unit-stated',
    severity: 'weak',
    term: 'whether the seller’s consumption units count',
    reason:
      'Charges in a unit of the seller’s own (consumption units, credits) are neither clearly usage nor clearly marketplace.',
    question: 'Do charges in your consumption units draw the commitment, and at what rate and rounding?',
    clause: 'Charges stated in consumption units count with the amount invoiced for them.',
    answer: 'text',
    finds: each('spend', ({ eligibility }) => eligibility.every(({ when }) => when.unit === undefined)),
  },
  {
    ...MISSING,
    id: 'price-protection',
    severity: 'serious',
    term: 'protection of the price',
    reason: 'A commitment in money with prices that may rise buys less each year.',
    question: 'By how much may prices rise within the term, and do we get your lowest price for a like customer?',
    clause: 'Prices do not rise within the term by more than three per cent a year; price cuts are passed on at once.',
    answer: 'number',
    finds: purchaseLacks(({ prices }) => prices.every(({ kind }) => kind === 'discount')),
  },
  {
    ...MISSING,
    id: 'billing-transparency',
    severity: 'serious',
    term: 'a bill that can be checked',
    reason: 'Chargeback and reconciliation need the bill at least by day; a monthly sum can only be believed.',
    question:
      'At what detail do we get metered usage (request, hour, day), for how long is it kept, and in which format?',
    clause:
      'The Seller provides metered usage by hour, model, region, tier and token class in FOCUS format, and keeps it for 24 months.',
    answer: 'text',
    finds: purchaseLacks(({ terms }) => terms.billing === undefined || terms.billing.detail === 'month'),
  },
  {
    ...MISSING,
    id: 'own-meter',
    severity: 'weak',
    term: 'that the buyer’s own meter counts',
    reason: 'In a dispute where only one side’s meter counts, that side is always right.',
    question: 'Do you accept our own sealed receipts as evidence in a dispute about usage?',
    clause: 'In a dispute, metered records of the Buyer have the same weight as those of the Seller.',
    answer: 'yes or no',
    finds: contractHas(({ terms }) => terms.billing?.own_meter === false),
  },
  {
    ...DANGEROUS,
    id: 'credit-lapses',
    severity: 'weak',
    term: 'a prepaid credit that lapses within a year',
    reason: 'It was paid for; what is not used in time is a price rise.',
    question: 'Will you let the rest of a prepaid credit run on to the end of the term?',
    clause: 'Prepaid credits do not lapse before the end of the term.',
    answer: 'yes or no',
    finds: each('credit', ({ prepaid, from, until }) => prepaid && until - from <= YEAR_MS),
  },
  {
    ...DANGEROUS,
    id: 'option-binds',
    severity: 'serious',
    term: 'an option that reads like an obligation',
    reason:
      '"Up to" is a right, not a duty. Words such as shall, minimum or committed turn it into one in front of a judge.',
    question: 'Will you confirm that nothing is owed under the option unless we call on it?',
    clause:
      'The option obliges the Holder to nothing; no amount of it counts towards any commitment until it is exercised in writing.',
    answer: 'yes or no',
    finds: each('option', ({ text, title, conditions }) =>
      [title, text, ...(conditions ?? [])].some((words) => words !== undefined && BINDING.test(words)),
    ),
  },
  {
    ...DANGEROUS,
    id: 'option-of-seller',
    severity: 'serious',
    term: 'an option that is not the buyer’s',
    reason: 'Whoever holds the option decides. Held by the seller, it is a duty of the buyer with an open day.',
    question: 'Who decides whether the option is used?',
    clause: 'The option is exercised by the Buyer alone.',
    answer: 'text',
    finds: each('option', ({ holder }, contract) => !hasRole(contract, holder, ['buyer'])),
  },
  {
    ...DANGEROUS,
    id: 'circular-money',
    severity: 'weak',
    term: 'a seller that also invests in its buyer',
    reason:
      'Part of the money goes round: growth shown by both sides may be the same money, and one leaving takes both legs away.',
    question:
      'Is any part of the investment tied to spend under this contract, and what happens to one when the other ends?',
    clause: 'No investment depends on consumption under this contract, and neither ends because the other does.',
    answer: 'text',
    finds: each('investment', ({ investor, into }, contract) =>
      instrumentsOf(contract, 'spend').some((spend) => spend.by === into && spend.with === investor),
    ),
  },
  {
    ...MISSING,
    id: 'investment-stages',
    severity: 'weak',
    term: 'stages and conditions of an investment',
    reason: 'A cap says what will not be exceeded, not what will be paid.',
    question: 'In which stages, by when and on what conditions is the investment paid?',
    clause: 'The investment is paid in the tranches of Schedule D, each on the condition stated there.',
    answer: 'text',
    finds: each('investment', ({ tranches }) => (tranches ?? []).length === 0),
  },
  {
    ...DANGEROUS,
    id: 'discount-only-nominal',
    severity: 'weak',
    term: 'a discount on a list price that the seller may change',
    reason: 'A discount of ten per cent on a list that rises by twelve is a rise.',
    question: 'To which list, of which day, does the discount apply?',
    clause: 'Discounts apply to the list prices of the day of signature.',
    answer: 'text',
    finds: contractHas(
      ({ prices }) =>
        prices.some((price) => price.kind === 'discount' && price.fraction > 0n && price.fraction <= MONEY_SCALE) &&
        prices.every(({ kind }) => kind === 'discount'),
    ),
  },
];
