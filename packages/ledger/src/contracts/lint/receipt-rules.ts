// Eligibility held against what receipts carry: a row that names what no receipt can say draws nothing, and nobody would notice until a
// shortfall is invoiced. These are faults of one's own file: they say what to mend, and ask the seller nothing.
import type { Contract, InstrumentOf } from '../contract.ts';
import {
  CHARGE_ATTRIBUTES,
  eligibleFraction,
  fitsPattern,
  type ChargeAttribute,
  type ChargeAttributes,
} from '../eligibility.ts';
import { resolvedEligibility, type NamesOf } from '../receipt-names.ts';
import type { Finding } from './finding.ts';

export interface KnownReceipts {
  /** By attribute, all names that receipts can carry; absent: nobody knows them all. Empty: receipts do not say it. */
  readonly names: Readonly<Partial<Record<ChargeAttribute, readonly string[]>>>;
  /** More names of the contract's parties, from a register. */
  readonly aliases?: NamesOf;
  /** What receipts said of late; null: nobody knows. */
  readonly used: {
    readonly days: number;
    readonly rows: readonly {
      readonly attributes: ChargeAttributes;
      readonly currency: string;
      readonly receipts: number;
    }[];
  } | null;
  /** UTC midnight of the day on which it is looked at. */
  readonly at: number;
}

type Drawable = InstrumentOf<'spend'> | InstrumentOf<'credit'>;
type Row = Drawable['eligibility'][number];

const SHOWN = 8;

export const receiptFindings = (contract: Contract, known: KnownReceipts): readonly Finding[] =>
  contract.instruments
    .filter((held): held is Drawable => held.kind === 'spend' || held.kind === 'credit')
    .flatMap((held) => findingsOf(contract, held, known));

function findingsOf(contract: Contract, held: Drawable, known: KnownReceipts): readonly Finding[] {
  const rows = resolvedEligibility(contract, held.eligibility, known.aliases);
  const counting = rows.flatMap((row, index) => (row.fraction > 0n ? [{ row, index }] : []));
  const dead = counting.flatMap(({ row, index }) => {
    const attribute = deadAttribute(row, known);
    return attribute === undefined ? [] : [{ row, index, attribute }];
  });
  const [first] = dead;
  if (first !== undefined) {
    const all = dead.length === counting.length;
    const base = { ...OWN_FILE, at: held.id, ...deadWords(contract, first, known) };
    return [
      all
        ? {
            ...base,
            rule: 'eligibility-unmatched',
            severity: 'serious',
            term: 'an eligibility that no receipt can match',
          }
        : {
            ...base,
            rule: 'eligibility-row-unmatched',
            severity: 'weak',
            term: 'a row of the eligibility that no receipt can match',
          },
    ];
  }
  return unusedFinding(contract, { ...held, eligibility: rows }, known);
}

const OWN_FILE = { kind: 'dangerous', topic: 'money', question: '', clause: '' } as const;

/** The first attribute of which no receipt can say what the row asks for. */
const deadAttribute = ({ when }: Row, { names }: KnownReceipts): ChargeAttribute | undefined =>
  CHARGE_ATTRIBUTES.find((attribute) => {
    const [asked, can] = [when[attribute], names[attribute]];
    return (
      asked !== undefined &&
      can !== undefined &&
      !asked.some((pattern) => can.some((name) => fitsPattern(pattern, name)))
    );
  });

function deadWords(
  { parties }: Contract,
  { row, index, attribute }: { readonly row: Row; readonly index: number; readonly attribute: ChargeAttribute },
  { names }: KnownReceipts,
): Pick<Finding, 'reason' | 'mend'> {
  const asked = row.when[attribute] ?? [];
  const can = (names[attribute] ?? []).toSorted();
  const place = `row ${index + 1}`;
  if (can.length === 0)
    return {
      reason: `Receipts do not tell the ${WORDS[attribute]} of a charge apart, and ${place} asks for ${listed(asked)}: here such charges count by the rows below it, or not at all.`,
      mend: 'Keep the row where the contract has it; what such charges have drawn comes from a statement (`drawn_before`).',
    };
  const party = asked.find((name) => Object.hasOwn(parties, name));
  const reason = `No receipt can name ${listed(asked)} as its ${WORDS[attribute]}: known are ${listed(can.slice(0, SHOWN))}${can.length > SHOWN ? ` and ${can.length - SHOWN} more` : ''}. So ${place} draws nothing.`;
  return {
    reason,
    mend:
      party === undefined
        ? `Write one of these names in ${place}.`
        : `Say at the party how receipts name it: \`${party}: { …, known_as: [NAME] }\`.`,
  };
}

const WORDS: Readonly<Record<ChargeAttribute, string>> = {
  seller: 'seller',
  biller: 'biller',
  cloud: 'cloud',
  developer: 'developer',
  model: 'model',
  region: 'region',
  tier: 'tier',
  token_class: 'token class',
  marketplace: 'marketplace',
  unit: 'unit of account',
};

const listed = (names: readonly string[]): string => names.map((name) => `“${name}”`).join(', ');

function unusedFinding({ currency }: Contract, held: Drawable, { used, at }: KnownReceipts): readonly Finding[] {
  const all = used?.rows.reduce((sum, { receipts }) => sum + receipts, 0) ?? 0;
  if (used === null || all === 0) return [];
  const fits = used.rows.some(
    (row) => row.currency === currency && eligibleFraction(held.eligibility, row.attributes) > 0n,
  );
  if (fits) return [];
  const others = [...new Set(used.rows.map((row) => row.currency))].filter((one) => one !== currency);
  const isOpen = (held.kind === 'credit' ? [held] : held.milestones).some(
    ({ from, until }) => from <= at && at < until,
  );
  const seen = [...new Set(used.rows.flatMap(({ attributes }) => attributes.seller ?? []))].toSorted();
  return [
    {
      ...OWN_FILE,
      rule: 'eligibility-unused',
      severity: isOpen ? 'serious' : 'weak',
      at: held.id,
      term: 'an eligibility that nothing used of late matches',
      reason: `Nothing in ${all} ${all === 1 ? 'receipt' : 'receipts'} of the last ${used.days} days matches${seen.length === 0 ? '' : `; their sellers are ${listed(seen)}`}${others.length === 0 ? '' : `; they are billed in ${[...new Set(used.rows.map((row) => row.currency))].toSorted().join(', ')}, and the contract is in ${currency}`}.`,
      mend: 'Hold the rows of the eligibility against the charges of the page Spend; a party is named as receipts name it, or by `known_as`.',
    },
  ];
}
