// Of the sheet, who sells and bills, and on how few the spend hangs. Beside shares stands what they are shares of: what calls cost, or
// where none has a price what contracts still oblige to.
import type { Brief } from './brief.ts';
import { amountText, column, dayOf, first, percent, type SheetSection } from './sheet-words.ts';

export function sellers({ sellers: { basis, standing, rows }, period }: Brief, most: number): SheetSection {
  const { shown, more } = first(rows, most);
  const leads = {
    charges: `by what calls cost since ${dayOf(period.since)}`,
    contracts: `no call has a price: by what contracts still oblige to (${standing ?? ''})`,
    nothing: 'Nobody: no call has a price, and no contract obliges to money.',
  } as const;
  return {
    id: 'sellers',
    title: 'Who sells and bills',
    lead: leads[basis],
    page: basis === 'contracts' ? '/contracts' : '/spend',
    columns: [column('Seller', 32), column('Billed by', 32), column('Amount', 22, true), column('Share', 14, true)],
    rows: shown.map(({ seller, biller, amount, currency, permille }) => [
      seller ?? 'not known',
      biller === null ? 'not named' : biller === seller ? 'the same' : biller,
      amountText(amount, currency),
      percent(permille),
    ]),
    pages: [],
    flow: false,
    lines: 1,
    notes: more,
  };
}

const span = ({ low, high }: { readonly low: string; readonly high: string }): string =>
  low === high ? low : `${low} to ${high}`;
const AXIS_NAMES = { ultimate_parent: 'by parent', linked_group: 'by linked group' } as const;

export function concentration(
  { concentration: { unknown, unpriced, rows, bands } }: Brief,
  most: number,
): SheetSection {
  const all = rows.flatMap(({ currency, axes }) =>
    axes.map(({ axis, shares, unplaced_permille: unplaced, hhi, n_eff: equals, bands: touched }) => [
      `${AXIS_NAMES[axis]}, ${currency}`,
      shares.length === 0
        ? 'no seller is found in the register'
        : first(
            shares.map(({ name, permille }) => `${name} ${percent(permille)}`),
            3,
          ).shown.join(', '),
      percent(unplaced),
      `${span(hhi)} (${touched.join(' or ')})`,
      equals === null ? 'not known' : span(equals),
    ]),
  );
  const { shown, more } = first(all, most);
  return {
    id: 'concentration',
    title: 'Concentration of spend',
    lead: `${unknown ?? 'by what deployments cost, and their sellers'}${unpriced === null || unpriced === 0 ? '' : `; ${unpriced} calls have no price`}`,
    page: '/spend',
    columns: [
      column('Counted', 20),
      column('Largest', 34),
      column('Unplaced', 10, true),
      column('HHI', 22, true),
      column('As many equals', 14, true),
    ],
    rows: shown,
    pages: [],
    flow: false,
    lines: 1,
    notes: [
      ...more,
      ...(rows.length === 0
        ? []
        : [`Bands at ${bands.moderate_above} and ${bands.high_above} are an indicator, no verdict (${bands.source})`]),
    ],
  };
}
