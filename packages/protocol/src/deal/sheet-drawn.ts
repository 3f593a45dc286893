// Of the sheet, what was drawn and what was promised: metered, stated of the time before, or not known.
import { moneyFromDecimal } from '@weighbridge/kernel';
import type { Brief } from './brief.ts';
import type { Standing } from './contract-status.ts';
import { amountText, column, dayOf, first, NONE, noneText, worth, type SheetSection } from './sheet-words.ts';

/** Nobody has signed it: no charge draws it. */
const isPaper = (standing: Standing): boolean => standing === 'draft' || standing === 'offer';

type Draw = Brief['draw_down']['rows'][number];

/** The least it can be is marked; what is stated and not metered is said beside it. */
function drawnText({ standing, drawn, stated, unknown_days: days, currency }: Draw): string {
  if (isPaper(standing)) return 'not drawn';
  if (drawn === null) return 'not known';
  const told = `${amountText(drawn, currency)}${moneyFromDecimal(stated) === 0n ? '' : ' *'}`;
  if (days === null) return told;
  return moneyFromDecimal(drawn) === 0n ? 'not known' : `≥ ${told}`;
}

/** What stands behind the marks. */
function drawnNotes(shown: readonly Draw[]): readonly string[] {
  const unknown = shown.flatMap(({ drawn, unknown_days: days }) => (drawn === null ? [] : (days ?? [])));
  const stated = shown.filter((row) => row.drawn !== null && moneyFromDecimal(row.stated) > 0n);
  const [span] = unknown;
  return [
    ...(span === undefined
      ? []
      : [`Neither metered nor stated, so not known: what was drawn from ${span.from} to ${span.until}`]),
    ...(stated.length === 0
      ? []
      : [
          `* stated, not metered: ${amountText(stated[0]?.stated ?? '0', stated[0]?.currency ?? '')} of ${stated[0]?.instrument ?? ''}${stated.length === 1 ? '' : `, and of ${stated.length - 1} more`}`,
        ]),
  ];
}

function missingText({ standing, next, currency, drawn }: Draw): string {
  if (next === null) return 'has ended';
  const { verdict, projected, days } = next.forecast;
  if (isPaper(standing)) return 'not foretold';
  if (drawn === null) return 'not known';
  if (projected === null)
    return `${verdict}${verdict === 'insufficient evidence' ? `: ${days} ${days === 1 ? 'day' : 'days'}` : ''}`;
  const least = amountText(projected.missing.p10, currency).replace(` ${currency}`, '');
  return `${least} to ${amountText(projected.missing.p90, currency)}`;
}

/** Says more than that it is not known. */
const earlierNote = ({ until, origin }: NonNullable<Brief['draw_down']['earlier']>): string =>
  `Spent before ${dayOf(until)}: in ${origin}, which this log succeeded, and in no figure here`;

export function drawDown(
  { draw_down: { rows, unknown, earlier }, contracts, unreadable }: Brief,
  most: number,
): SheetSection {
  const { shown, more } = first(rows, most);
  const none = noneText({ unreadable }, NONE);
  const nothing = contracts.length === 0 ? none : 'No commitment and no credit that charges could draw.';
  return {
    id: 'draw',
    title: 'Draw-down',
    lead: rows.length === 0 ? nothing : unknown === null ? '' : `What was spent is not known: ${unknown}.`,
    page: '/commitments',
    columns: [
      column('Standing', 10),
      column('Commitment', 25),
      column('Drawn', 15, true),
      column('Of', 17, true),
      column('Next end', 11, true),
      column('Missing then, P10 to P90', 22, true),
    ],
    rows: shown.map((row) => [
      row.standing,
      `${row.instrument}, ${row.contract}`,
      drawnText(row),
      amountText(row.committed, row.currency),
      row.next === null ? 'none ahead' : row.next.until,
      missingText(row),
    ]),
    pages: [],
    flow: false,
    lines: 1,
    notes: [...more, ...(earlier === null ? drawnNotes(shown) : [earlierNote(earlier)])],
  };
}

/** A zero is one that was counted. */
function deliveredText({ standing, kind, unit, delivered, stated }: Brief['milestones'][number]): string {
  if (kind !== 'capacity' && isPaper(standing)) return 'not drawn';
  if (delivered === null) return kind === 'capacity' ? 'not measured' : 'not known';
  // What was not asked for shows nothing: a peak is the least that was there.
  if (kind === 'capacity') return `≥ ${worth(delivered, unit, false)}`;
  return `${amountText(delivered, unit)}${moneyFromDecimal(stated) === 0n ? '' : ' *'}`;
}

export function promises({ milestones, contracts, unreadable }: Brief, most: number): SheetSection {
  const { shown, more } = first(milestones, most);
  return {
    id: 'promised',
    title: 'Promised against delivered',
    lead:
      milestones.length > 0
        ? ''
        : contracts.length === 0
          ? noneText({ unreadable }, NONE)
          : 'No milestone has ended yet.',
    page: '/commitments',
    columns: [
      column('Ended', 12),
      column('Standing', 10),
      column('Milestone', 39),
      column('Promised', 19, true),
      column('Delivered', 20, true),
    ],
    rows: shown.map((row) => [
      row.on,
      row.standing,
      `${row.contract}, ${row.instrument}, ${row.milestone}`,
      worth(row.promised, row.unit, row.kind !== 'capacity'),
      deliveredText(row),
    ]),
    pages: [],
    flow: false,
    lines: 1,
    notes: [
      ...more,
      ...[...new Set(shown.flatMap((_, at) => (milestones[at]?.delivered === null ? [milestones[at].why] : [])))].slice(
        0,
        1,
      ),
    ],
  };
}
