// The fields of a contract in words, for people: the command line, the console and what is shown of a value all say them the same
// way. What has no words of its own is read as it is written.

/** What is in these has a name: `milestones.h1` is the milestone h1. */
const NAMED: Readonly<Record<string, string>> = {
  instruments: '',
  milestones: 'milestone',
  parties: 'party',
  tranches: 'tranche',
  prices: 'price term',
  terms: 'term',
  fees: 'fee from',
  ramp: 'from',
  clauses: 'clause',
  eligibility: 'what counts, row',
  credit: 'credit, row',
};

const FIELDS: Readonly<Record<string, string>> = {
  at_least: 'at least',
  at_most: 'at most',
  automatic: 'by itself',
  carry_over: 'what goes on to the next milestone',
  clauses: 'clauses',
  compared_with: 'compared with',
  counted: 'of a milestone under way counts',
  covers: 'what it covers',
  credit: 'given back',
  dispute_days: 'days in which to dispute',
  eligibility: 'what counts',
  excludes: 'what it leaves out',
  fees: 'fees for leaving',
  issuer: 'given by',
  look_back_months: 'months that may be looked back on',
  most_ms: 'milliseconds at most',
  notice_days: 'days of notice',
  notice_hours: 'hours of notice',
  of_remaining: 'part of what is left',
  other_accelerators: 'on other accelerators',
  owed_by: 'owed by',
  own_meter: "whether the buyer's own meter counts",
  prepaid: 'paid before',
  proofs: 'shown by',
  ramp: 'capacity by month',
  third_party: 'by a third party',
  triggers: 'only if',
  unused: 'what becomes of what is not used',
  verification: 'how it is shown',
  when: 'for',
  where: 'for',
  window: 'window for leaving',
};

/** What is owed besides capacity itself is money. */
export const OBLIGATION_WORDS = {
  spend: 'spend',
  capacity: 'capacity',
  'capacity-price': 'price of capacity',
  prepayment: 'prepayment',
} as const;

/** `notice_days` as `days of notice`. */
export const contractField = (name: string): string =>
  (Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined) ?? name.replaceAll('_', ' ');

/** `instruments.spend.milestones.h1.amount` as `spend, milestone h1: amount`. */
export function contractPath(path: string): string {
  const places: string[] = [];
  const parts = path.split('.');
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? '';
    const word = Object.hasOwn(NAMED, part) ? NAMED[part] : undefined;
    const name = parts[at + 1];
    if (word !== undefined && name !== undefined) {
      places.push(`${word} ${name}`.trim());
      at += 1;
    } else if (at + 1 < parts.length) places.push(contractField(part));
    else return places.length === 0 ? contractField(part) : `${places.join(', ')}: ${contractField(part)}`;
  }
  return places.join(', ');
}
