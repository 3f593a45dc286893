// What was drawn of a commitment or a credit before anything here was metered, as a statement says it: the seller's, or an
// invoice of one's own. Stated, not metered: it is added in, and told apart wherever it is.
import { formatMoney, type Money } from '@weighbridge/kernel';
import type { DocumentPath, ProblemList } from '@weighbridge/document';
import type { Contract, Instrument, InstrumentOf } from './contract.ts';
import { dayText, lastDayText } from './fields.ts';

export interface Opening {
  /** The instant at which the last day that is stated has ended. */
  readonly until: number;
  readonly source: string;
  /** Per tranche, in their order. */
  readonly amounts: readonly Money[];
}

type Drawable = InstrumentOf<'spend'> | InstrumentOf<'credit'>;

export function openingOf(held: Drawable): Opening | undefined {
  if (held.drawn_before === undefined) return undefined;
  const { until, source } = held.drawn_before;
  return { until, source, amounts: amountsOf(held) };
}

function amountsOf(held: Drawable): readonly Money[] {
  if (held.kind === 'credit') return [held.drawn_before?.amount ?? 0n];
  const { amount: one, milestones: each, until } = held.drawn_before ?? { until: 0 };
  return held.milestones.map(({ id: name, from }) => each?.[name] ?? (from < until ? (one ?? 0n) : 0n));
}

export function checkOpenings({ instruments, currency }: Contract, problems: ProblemList): void {
  for (const [index, held] of instruments.entries())
    if (isDrawable(held) && held.drawn_before !== undefined)
      checkOpening(held, currency, ['instruments', index, 'drawn_before'], problems);
}

const isDrawable = (held: Instrument): held is Drawable => held.kind === 'spend' || held.kind === 'credit';

function checkOpening(held: Drawable, currency: string, path: DocumentPath, problems: ProblemList): void {
  const until = held.drawn_before?.until ?? 0;
  const first = held.kind === 'credit' ? held.from : (held.milestones[0]?.from ?? 0);
  if (until <= first) {
    problems.error(
      [...path, 'until'],
      `it is stated until ${lastDayText(until)}, and ${held.id} begins on ${dayText(first)}: nothing can have been drawn by then`,
      'correct the day, or leave `drawn_before` out',
    );
    return;
  }
  if (held.kind === 'spend' && !checkNames(held, until, path, problems)) return;
  checkSizes(held, currency, path, problems);
}

/** One amount for one milestone; where several had begun, each its own: nobody divides a sum by guess. */
function checkNames(
  { milestones, carry_over, drawn_before }: InstrumentOf<'spend'>,
  until: number,
  path: DocumentPath,
  problems: ProblemList,
): boolean {
  const begun = milestones.filter(({ from }) => from < until).map(({ id: name }) => name);
  const { amount: one, milestones: each } = drawn_before ?? {};
  const form = `\`milestones: { ${begun.map((name) => `${name}: "…"`).join(', ')} }\``;
  if ((one === undefined) === (each === undefined)) {
    problems.error(path, 'it says one amount or the amounts of milestones, and one of the two', `write ${form}`);
    return false;
  }
  if (one !== undefined && begun.length > 1) {
    problems.error(
      [...path, 'amount'],
      `${begun.join(', ')} had begun by ${lastDayText(until)}, and one amount does not say what each has`,
      `write ${form} instead`,
    );
    return false;
  }
  if (each === undefined) return true;
  const reach = carry_over === 'roll-forward' ? milestones.map(({ id: name }) => name) : begun;
  const odd = Object.keys(each).find((name) => !reach.includes(name));
  const missing = begun.find((name) => each[name] === undefined);
  if (odd !== undefined)
    problems.error(
      [...path, 'milestones', odd],
      milestones.some(({ id: name }) => name === odd)
        ? `${odd} had not begun by ${lastDayText(until)}`
        : `"${odd}" is no milestone of this commitment`,
      `write ${form}`,
    );
  if (missing !== undefined)
    problems.error(
      [...path, 'milestones'],
      `${missing} had begun by ${lastDayText(until)}, and is not stated`,
      `write ${form}; "0" where nothing was drawn`,
    );
  return odd === undefined && missing === undefined;
}

/** No milestone is drawn beyond what it holds: its own amount and, where a rest moves on, that of those before it. */
function checkSizes(held: Drawable, currency: string, path: DocumentPath, problems: ProblemList): void {
  const sizes = held.kind === 'credit' ? [held.amount] : held.milestones.map(({ amount: size }) => size);
  const moves = held.kind === 'spend' && held.shortfall?.rule === 'rollover';
  let before = 0n;
  for (const [index, stated] of amountsOf(held).entries()) {
    const room = (sizes[index] ?? 0n) + (moves ? before : 0n);
    const name = held.kind === 'spend' ? (held.milestones[index]?.id ?? '') : '';
    const at =
      held.kind === 'spend' && held.drawn_before?.milestones !== undefined
        ? [...path, 'milestones', name]
        : [...path, 'amount'];
    if (stated < 0n) problems.error(at, `${formatMoney(stated, currency)} is less than nothing`, 'write "0" or more');
    if (stated > room)
      problems.error(
        at,
        `${formatMoney(stated, currency)} were drawn${name === '' ? '' : ` of ${name}`}, which holds ${formatMoney(room, currency)}`,
        'write what counts towards it; what was spent beyond it draws nothing, or is stated of the next milestone where the contract carries over',
      );
    before = room - stated;
  }
}
