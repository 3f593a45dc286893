// What of a commitment was metered, what a statement says of the time before, and of which days nobody knows anything: in words. What
// is not known is never shown as nothing.
import { wholeSpan, type Commitment, type Commitments, type DaySpan, type Tranche } from '@weighbridge/protocol';
import { picoOf } from '../../parts/money/decimal.ts';
import { formatDay } from '../../parts/when/model.ts';
import { briefMoney, fullMoney } from '../contracts/words.ts';

export const isNothing = (amount: string): boolean => (picoOf(amount) ?? 0n) === 0n;

const spanText = ({ from, until }: DaySpan): string => `from ${from} to ${until}`;

/** From the first such day to the last; null: all is known. */
export const unknownSpan = (rows: readonly Pick<Commitment, 'tranches'>[]): DaySpan | null =>
  wholeSpan(rows.flatMap(({ tranches }) => tranches.flatMap(({ unknown }) => unknown ?? [])));

export interface KnownText {
  readonly key: string;
  readonly text: string;
  readonly tone: 'note' | 'warn';
}

/** Below the title of a commitment; empty where all of it was metered. */
export function knownTexts(
  row: Commitment,
  { metered_since: since, unknown }: Commitments['charges'],
): readonly KnownText[] {
  const { stated, currency } = row;
  const span = unknownSpan([row]);
  const lines: KnownText[] = [];
  if (stated !== null)
    lines.push({
      key: 'stated',
      text: `${fullMoney(stated.amount, currency)} of it stated, not metered: drawn until ${stated.until}, by ${stated.source}.`,
      tone: 'note',
    });
  if (span !== null && unknown === null)
    lines.push({
      key: 'unknown',
      text: `${since === null ? '' : `Metered since ${since}. `}What was drawn ${spanText(span)} is not known: state it in the contract (drawn_before), from the seller’s statement or an invoice.`,
      tone: 'warn',
    });
  return lines;
}

/** Beside what is drawn of one milestone. */
export function drawnNote({ stated, unknown, drawn }: Tranche, currency: string): string {
  const parts = [
    isNothing(stated) ? '' : `${briefMoney(stated, currency)} of it stated, not metered`,
    unknown === null
      ? ''
      : isNothing(drawn)
        ? `nothing known ${spanText(unknown)}`
        : `at least; not known ${spanText(unknown)}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}

/** Why nothing is foretold. */
export const notKnownText = ({ unknown }: Tranche): string =>
  `not known: what was drawn${unknown === null ? ' before' : ` ${spanText(unknown)}`} is neither metered nor stated`;

/** The first day after all that nobody knows; null: all is known. */
export function knownSince(row: Pick<Commitment, 'tranches'>): string | null {
  const span = unknownSpan([row]);
  return span === null ? null : formatDay(Date.parse(`${span.until}T00:00:00Z`) + DAY);
}

const DAY = 86_400_000;

/** `$1,200 drawn of $9,000`, `at least …`, or that it is not known. */
export function drawnOfWhole(amount: string, currency: string, whole: string, span: DaySpan | null): string {
  const drawn = briefMoney(amount, currency);
  if (span === null) return `${drawn} drawn of ${whole}`;
  return isNothing(amount) ? `how much is drawn of ${whole} is not known` : `at least ${drawn} drawn of ${whole}`;
}
