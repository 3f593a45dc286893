// Capacity: promised, shown to be there, and told in terms that can be measured.
import { instrumentsOf } from '../contract.ts';
import { rateOf } from '../fees.ts';
import { each, purchaseLacks, type Rule } from './rule.ts';

const CAPACITY = { topic: 'capacity' } as const;
const MISSING = { ...CAPACITY, kind: 'missing' } as const;

export const CAPACITY_RULES: readonly Rule[] = [
  {
    ...MISSING,
    id: 'capacity-guarantee',
    severity: 'serious',
    term: 'a capacity guarantee',
    reason:
      'Money is promised and no capacity is promised for it: when demand is high, the seller may serve others first.',
    question:
      'How much capacity, in which unit, do you guarantee us from which month on, and what do we get when it is not there?',
    clause:
      'The Seller reserves for the Buyer the capacity of Schedule A from the months stated there, for the Buyer alone.',
    answer: 'text',
    finds: purchaseLacks((contract) => instrumentsOf(contract, 'capacity').length === 0),
  },
  {
    ...MISSING,
    id: 'capacity-verified',
    severity: 'serious',
    term: 'verification of the capacity',
    reason:
      'A guarantee that nobody can test is a headline. How it is shown, how often and by whom belongs in the contract.',
    question: 'By what test, how often and by whom is it shown that the reserved capacity is there?',
    clause:
      'The Buyer may each quarter load the reserved capacity in full; what is not delivered within the agreed latency counts as not provided.',
    answer: 'document',
    finds: each('capacity', ({ verification }) => verification === undefined),
  },
  {
    ...MISSING,
    id: 'capacity-third-party',
    severity: 'weak',
    term: 'third-party verification of capacity and performance',
    reason: 'Only somebody who is neither seller nor buyer ends an argument about what was delivered.',
    question: 'Which independent party verifies capacity and performance, and will you let ours do it?',
    clause:
      'An independent party named by the Buyer and accepted by the Seller may verify capacity and performance once a year.',
    answer: 'text',
    finds: each('capacity', ({ verification }) => verification !== undefined && !verification.third_party),
  },
  {
    ...MISSING,
    id: 'capacity-unused-stated',
    severity: 'weak',
    term: 'what becomes of unused capacity',
    reason: 'Whether an unused hour is lost decides what the reserved unit really costs.',
    question: 'Is capacity that is not used in its hour lost, kept, or lent out for our account?',
    clause: 'Capacity not used in an hour is [lost | kept until the end of the month].',
    answer: 'text',
    finds: each('capacity', ({ unused }) => unused === undefined),
  },
  {
    ...CAPACITY,
    kind: 'dangerous',
    id: 'capacity-lost',
    severity: 'weak',
    term: 'unused capacity is lost by the hour',
    reason: 'Nights and weekends are paid for; size the reservation by the trough, or have the rest kept.',
    question: 'On what terms could unused hours be kept, lent or returned?',
    clause:
      'Capacity not used in an hour is kept for the Buyer until the end of the month, up to a tenth of the reservation.',
    answer: 'text',
    finds: each('capacity', ({ unused }) => unused === 'lost'),
  },
  {
    ...MISSING,
    id: 'capacity-price',
    severity: 'serious',
    term: 'the price of the capacity',
    reason:
      'Reserved units are owed used or not. Without a price per unit nobody can say what is owed, nor compare it with paying by use.',
    question: 'What does one unit of reserved capacity cost, per which time?',
    clause: 'The price of reserved capacity is [amount] per unit and hour for the whole term.',
    answer: 'number',
    finds: each('capacity', ({ price }) => price === undefined),
  },
  {
    ...MISSING,
    id: 'capacity-price-reckoned',
    severity: 'weak',
    term: 'a price of the capacity that can be reckoned',
    reason:
      'What is owed is price times units times hours. A price that names neither its unit nor its time comes to no sum, here or on an invoice.',
    question: 'Is the price of reserved capacity per unit and hour, day, month or year, and for how many units?',
    clause: 'The price of reserved capacity is [amount] per unit and hour for the whole term.',
    answer: 'text',
    finds: each('capacity', (held) => held.price !== undefined && rateOf(held) === null),
  },
  {
    ...MISSING,
    id: 'capacity-region',
    severity: 'weak',
    term: 'the regions of the capacity',
    reason: 'Capacity in another region may not be used for data that must stay.',
    question: 'In which regions is the capacity, and may it be moved?',
    clause: 'The reserved capacity is in the regions of Schedule A and is moved only with the consent of the Buyer.',
    answer: 'text',
    finds: each('capacity', ({ regions }) => regions === undefined),
  },
  {
    ...MISSING,
    id: 'capacity-runtimes',
    severity: 'weak',
    term: 'supported runtimes and acceleration frameworks',
    reason: 'A change of runtime changes latency and answers; without the word for it, nobody has to say so.',
    question: 'Which runtimes and acceleration frameworks serve us, and how are changes announced?',
    clause: 'The Seller serves with the runtimes of Schedule B and announces changes thirty days before.',
    answer: 'text',
    finds: each('capacity', ({ runtimes }) => runtimes === undefined),
  },
  {
    ...MISSING,
    id: 'capacity-quantisation',
    severity: 'weak',
    term: 'the numeric precision that is served',
    reason: 'The same name of a model, served with fewer bits, is another product at the same price.',
    question: 'With what quantisation is each model served, and will you tell us before it changes?',
    clause:
      'Models are served with the precision of Schedule B; any change is announced thirty days before and may be tested by the Buyer.',
    answer: 'text',
    finds: each('capacity', ({ quantisation }) => quantisation === undefined),
  },
  {
    ...MISSING,
    id: 'option-window',
    severity: 'weak',
    term: 'when and how the option may be used',
    reason: 'An option without a window and a notice can neither be planned with nor be called upon.',
    question: 'From when until when, and with what notice, may we call on the option, and at what price?',
    clause:
      'The Holder may exercise the option in whole or in part between [day] and [day] with [n] days’ notice, at the prices of this contract.',
    answer: 'text',
    finds: each('option', ({ exercise }) => exercise === undefined),
  },
];
