// The words for what a claim is and what is known of it.
import type { ClaimRow, EvidenceRow } from '@weighbridge/protocol';
import type { Tone } from '../../parts/data-table/cell.ts';
import { decimalOf, grouped, picoOf, UNIT } from '../../parts/money/decimal.ts';

export type ClaimState = ClaimRow['state'];

interface Word {
  readonly text: string;
  readonly tone: Tone;
}

/** Those that need somebody first. */
export const STATES = {
  contradicted: { text: 'contradicted', tone: 'bad' },
  expired: { text: 'expired', tone: 'warn' },
  unverified: { text: 'unverified', tone: 'warn' },
  reported: { text: 'reported', tone: 'quiet' },
  partially: { text: 'verified in part', tone: 'note' },
  verified: { text: 'verified', tone: 'good' },
} as const satisfies Readonly<Record<ClaimState, Word>>;

export const STATE_ORDER = Object.keys(STATES) as readonly ClaimState[];

export const MATERIALITIES = ['high', 'medium', 'low'] as const satisfies readonly ClaimRow['materiality'][];

export const EVIDENCE_KINDS = {
  own_measurement: 'Own measurement',
  independent_report: 'Independent report',
  contract_term: 'Term of a contract',
  vendor_assertion: "A vendor's word",
} as const satisfies Readonly<Record<EvidenceRow['kind'], string>>;

export const RESULTS = {
  supports: 'It fits the claim',
  contradicts: 'It does not fit the claim',
  inconclusive: 'It does not decide',
} as const satisfies Readonly<Record<EvidenceRow['result'], string>>;

export const WEIGHTS = {
  for: { text: 'counts for it', tone: 'good' },
  against: { text: 'counts against it', tone: 'bad' },
  doubt: { text: 'puts it in doubt', tone: 'warn' },
  nothing: { text: 'weighs nothing', tone: 'quiet' },
} as const satisfies Readonly<Record<EvidenceRow['weight'], Word>>;

/** How the author of a piece stands to the claim. */
export const RELATIONS = {
  ourselves: 'ourselves',
  independent: 'no party to the claim, and tied to none in the register',
  party: 'a party to the claim',
  tied: 'tied to a party to the claim',
  unknown: 'not known',
} as const satisfies Readonly<Record<EvidenceRow['relation'], string>>;

const SCALES = [
  [10n ** 9n, 'billion'],
  [10n ** 6n, 'million'],
] as const;

/** Every digit: `30 billion USD` for what is just that, `30,400,000,001 USD` for what is not. */
export function quantityText(value: string, unit: string | null): string {
  if (unit === 'ratio') return `ratio of ${quantityText(value, null)}`;
  const pico = picoOf(value);
  const tail = unit === null ? '' : ` ${unit}`;
  if (pico === null) return `${value}${tail}`;
  for (const [size, word] of SCALES) {
    const step = (size * UNIT) / 100n;
    if (pico >= size * UNIT && pico % step === 0n) return `${decimalOf(pico / size)} ${word}${tail}`;
  }
  const [whole = '', fraction] = decimalOf(pico).split('.');
  const sign = whole.startsWith('-') ? '\u2212' : '';
  return `${sign}${grouped(whole.replace('-', ''))}${fraction === undefined ? '' : `.${fraction}`}${tail}`;
}

/** `up to 1 GW`, `about 30 billion USD`; empty where it names none. */
export function figureText({ value, range, unit, up_to: upTo, approximate }: ClaimRow): string {
  const amount =
    value !== null
      ? quantityText(value, unit)
      : range === null
        ? ''
        : `${quantityText(range.low, null)} to ${quantityText(range.high, unit)}`;
  return amount === '' ? '' : `${upTo ? 'up to ' : ''}${approximate ? 'about ' : ''}${amount}`;
}

const RULES: Readonly<Record<string, string>> = {
  opening: 'no evidence counts',
  denied: 'a party to it denies it',
  contradiction: 'evidence contradicts it',
  'sources-differ': 'reports contradict each other',
  'covers-all': 'evidence covers all of it',
  'covers-part': 'evidence covers a part of it',
  'all-expired': 'all of its evidence expired',
};

/** A rule in few words; its whole sentence stands in the panel. */
export const ruleText = (rule: string): string => RULES[rule] ?? rule.replaceAll('-', ' ');

export function scopeText(scope: Readonly<Record<string, readonly string[]>>): string {
  const bounds = Object.entries(scope).map(([dimension, values]) => `${dimension}: ${values.join(', ')}`);
  return bounds.length === 0 ? 'no bounds named' : bounds.join('; ');
}

/** Notes mark a word by asterisks; a page says it without. */
export const plainNote = (text: string): string => text.replace(/\*([^*]+)\*/g, '$1');

export const begun = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const sentence = (text: string): string =>
  text === '' || /[.!?…]$/.test(text) ? begun(text) : `${begun(text)}.`;
