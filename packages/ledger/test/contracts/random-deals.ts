// Random contracts and random charges, as plain data: both the engine (through the contract's file) and the auditor read them.
import fc from 'fast-check';
import { readContract, type Charge, type Contract, type Posting } from '@weighbridge/ledger';
import type { PlainContract, PlainInstrument, PlainPosting } from './auditor.ts';

const BEGIN = Date.UTC(2026, 11, 30);
const END = Date.UTC(2028, 0, 3);

const decimal = fc.oneof(
  fc.constantFrom('1', '10', '0.000000000001', '33.333333333333'),
  fc.bigInt({ min: 1n, max: 60n * 10n ** 12n }).map((units) => {
    const text = units.toString().padStart(13, '0');
    return `${text.slice(0, -12)}.${text.slice(-12)}`;
  }),
);
const part = fc.constantFrom('0', '1', '1', '0.5', '0.333333333333', '0.000000000001', '0.9');
const when = fc.record(
  {
    seller: fc.constantFrom(['alpha'], ['beta'], ['alpha', 'beta'], ['al*'], ['them']),
    marketplace: fc.constantFrom(['yes'], ['no']),
    model: fc.constantFrom(['m*'], ['m1'], ['x']),
  },
  { requiredKeys: [] },
);
const rows = fc.array(fc.record({ when, fraction: part }), { minLength: 1, maxLength: 3 });
const whatever = fc.constantFrom('1', '0.5', '0.333333333333').map((fraction) => [{ when: {}, fraction }]);
const eligibility = fc.oneof(rows, whatever, whatever);

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Milestones in 2027, in order, with or without gaps. */
const milestones = fc
  .uniqueArray(fc.integer({ min: 0, max: 363 }), { minLength: 2, maxLength: 8, size: 'max' })
  .chain((days) =>
    fc.tuple(
      fc.constant(days.toSorted((a, b) => a - b)),
      fc.array(decimal, { minLength: 7, maxLength: 7 }),
      fc.boolean(),
    ),
  )
  .map(([days, amounts, gaps]) =>
    days.slice(0, -1).map((from, index) => ({
      id: `m${index}`,
      from: day(Date.UTC(2027, 0, 1 + from)),
      until: day(Date.UTC(2027, 0, (days[index + 1] ?? 0) - (gaps && (days[index + 1] ?? 0) - from > 1 ? 1 : 0))),
      amount: amounts[index] ?? '1',
    })),
  );

const common = { priority: fc.constantFrom(1, 2, 100), eligibility };
const createdDay = fc.constantFrom('2026-07-01', '2026-06-01', '2026-05-01');
const spend = fc.record(
  {
    kind: fc.constant('spend' as const),
    ...common,
    milestones,
    created: createdDay,
    shortfall: fc.record({ rule: fc.constantFrom('invoice-difference', 'forfeit', 'rollover', 'rollover', 'none') }),
    carry_over: fc.constantFrom('none', 'roll-forward'),
  },
  { requiredKeys: ['kind', 'priority', 'eligibility', 'milestones'] },
);
const credit = fc
  .record(
    {
      kind: fc.constant('credit' as const),
      ...common,
      amount: decimal,
      created: createdDay,
      prepaid: fc.boolean(),
      days: fc.oneof(
        fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 60 })),
        fc.constant([30, 300] as const),
      ),
    },
    { requiredKeys: ['kind', 'priority', 'eligibility', 'amount', 'prepaid', 'days'] },
  )
  .map(({ days: [from, length], ...rest }) => ({
    ...rest,
    from: day(Date.UTC(2027, 0, 1 + from)),
    until: day(Date.UTC(2027, 0, from + length)),
  }));

/** Now and then a statement of what was drawn before, of as much as there is room for. */
const statement = fc.option(
  fc.record({
    day: fc.integer({ min: 1, max: 360 }),
    shares: fc.array(fc.nat({ max: 4 }), { minLength: 8, maxLength: 8 }),
  }),
  { nil: undefined },
);

const quarters = (amount: string, share: number): string => {
  const [whole = '0', rest = ''] = amount.split('.');
  const units = (BigInt(whole + rest.padEnd(12, '0')) * BigInt(share)) / 4n;
  const digits = units.toString().padStart(13, '0');
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`;
};

type Unnamed = Omit<PlainInstrument, 'id'>;

function stated(held: Unnamed, said: { day: number; shares: readonly number[] } | undefined): Unnamed {
  if (said === undefined) return held;
  const statementOf = { until: day(Date.UTC(2027, 0, said.day)), source: 'made up' };
  const part = (amount: string, index: number): string => quarters(amount, said.shares[index] ?? 0);
  if (held.kind === 'credit')
    return (held.from ?? '') > statementOf.until
      ? held
      : { ...held, drawn_before: { ...statementOf, amount: part(held.amount ?? '0', 0) } };
  const [only, ...more] = (held.milestones ?? []).filter(({ from }) => from <= statementOf.until);
  if (only === undefined) return held;
  if (more.length === 0) return { ...held, drawn_before: { ...statementOf, amount: part(only.amount, 0) } };
  const each = [only, ...more].map(({ id, amount }, index) => [id, part(amount, index)] as const);
  return { ...held, drawn_before: { ...statementOf, milestones: Object.fromEntries(each) } };
}

const named = (contract: number) => (held: Omit<PlainInstrument, 'id'>, index: number) => ({
  id: `i${contract}-${index}`,
  ...(held.kind === 'spend' ? { by: 'us', with: 'them' } : { holder: 'us', issuer: 'them' }),
  ...held,
});

interface Shape {
  /** Commitments and credits of one contract, and contracts, at most. */
  readonly pools: number;
  readonly contracts: number;
}

const dealsOf = ({ pools, contracts: count }: Shape) =>
  fc
    .array(fc.array(fc.tuple(fc.oneof(spend, credit), statement), { minLength: 1, maxLength: pools, size: 'max' }), {
      minLength: 1,
      maxLength: count,
      size: 'max',
    })
    .map((made) =>
      made.map((instruments, index) => ({
        version: 1,
        id: `c${index}`,
        title: 'made up',
        status: 'signed',
        parties: {
          us: { name: 'Us', roles: ['buyer'] },
          them: { name: 'Them', roles: ['seller-of-record'], known_as: ['beta'] },
        },
        term: { from: '2027-01-01', until: '2027-12-31' },
        currency: index === 0 ? 'USD' : 'EUR',
        instruments: instruments.map(([held, said], at) => named(index)(stated(held as Unnamed, said), at)),
      })),
    );

export const contracts = dealsOf({ pools: 3, contracts: 2 });
/** Many pools that are open at once, and run dry one behind the other. */
export const wideContracts = dealsOf({ pools: 12, contracts: 3 });

/** The engine reads the file: JSON is YAML. */
export const compiled = (plain: readonly PlainContract[]): readonly Contract[] =>
  plain.map((contract) => readContract(`${contract.id}.yaml`, JSON.stringify(contract)));

const money = fc.oneof(
  fc.bigInt({ min: 0n, max: 20n * 10n ** 12n }),
  fc.constantFrom(0n, 1n, 2n, 3n, 10n ** 12n, 10n ** 13n),
);
const at = fc.oneof(
  fc.integer({ min: BEGIN, max: END }),
  fc.integer({ min: 0, max: 380 }).map((days) => Date.UTC(2026, 11, 25 + days)),
);

export interface Made {
  readonly charges: readonly PlainPosting[];
  readonly at: number;
}

/** Charges and corrections of some of them, and of one another, and of nothing; entries numbered as they arrive. */
export const postings: fc.Arbitrary<Made> = fc
  .record({
    charges: fc.array(
      fc.record({
        at,
        amount: money,
        /** Now and then under the id of another one, and saying something else. */
        again: fc.option(fc.nat({ max: 24 }), { freq: 10, nil: undefined }),
        currency: fc.constantFrom('USD', 'USD', 'USD', 'EUR'),
        attributes: fc.record(
          {
            seller: fc.constantFrom('alpha', 'beta', 'gamma'),
            marketplace: fc.constantFrom('yes', 'no'),
            model: fc.constantFrom('m1', 'm2', 'x'),
          },
          { requiredKeys: [] },
        ),
      }),
      { minLength: 3, maxLength: 25, size: 'max' },
    ),
    corrections: fc.array(fc.record({ at, amount: money, of: fc.nat({ max: 40 }) }), { maxLength: 12, size: 'max' }),
    at: fc.oneof(at, fc.constant(END)),
  })
  .map(({ charges, corrections, at: until }) => ({
    at: until,
    charges: [
      ...charges.map(({ again, ...charge }, index): PlainPosting => ({
        id: `p${again ?? index}`,
        entry: index,
        ...charge,
      })),
      ...corrections.map(({ of, ...correction }, index): PlainPosting => ({
        id: `p${charges.length + index}`,
        entry: charges.length + index,
        corrects: `p${of % (charges.length + corrections.length + 1)}`,
        ...correction,
      })),
    ],
  }));

export const asPostings = (plain: readonly PlainPosting[]): readonly Posting[] =>
  plain.map(({ corrects, currency, attributes, ...rest }) =>
    corrects === undefined
      ? ({ ...rest, currency: currency ?? '', attributes: attributes ?? {} } satisfies Charge)
      : { ...rest, corrects },
  );
