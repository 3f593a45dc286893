// What drew a milestone, prepared: one row for each day and deployment, each leading to its calls.
import type { DimensionFilter, Drawn } from '@weighbridge/protocol';
import type { Column } from '../../parts/data-table/model.ts';
import { memberFilter } from '../dimension-filters.ts';
import { counted, fullMoney } from '../contracts/words.ts';
import { isNothing } from './known.ts';

type Row = Drawn['rows'][number];

export interface DrawnText {
  readonly title: string;
  readonly sentence: string;
  /** Empty where all are shown. */
  readonly older: string;
}

export function drawnText({ contract, instrument, tranche, currency, drawn, stated, rows, older }: Drawn): DrawnText {
  return {
    title: `What drew ${tranche} of ${instrument}`,
    sentence: `${fullMoney(drawn, currency)} of ${contract}, by ${counted(rows.length + older, 'charge')}${isNothing(stated) ? '' : ` and, ${fullMoney(stated, currency)} of it, as stated of the time before, which no charge shows`}. A charge is what one deployment came to in one day (UTC).`,
    older: older === 0 ? '' : `${counted(older, 'older charge')} ${older === 1 ? 'is' : 'are'} not shown.`,
  };
}

/** The text that finds the calls of a row, as it is typed on the page of calls. */
export const callsFilter = (filters: readonly DimensionFilter[]): string =>
  filters.reduce((text, { dimension, values }) => memberFilter(dimension, values[0] ?? null, text), '');

/** `callsHref`: of the calls of one day that a filter finds. */
export function drawnColumns(
  currency: string,
  callsHref: (day: string, filter: string) => string,
): readonly Column<Row>[] {
  const text = (value: string | null) => ({ kind: 'text', text: value ?? '' }) as const;
  return [
    {
      key: 'day',
      title: 'Day',
      unit: 'UTC',
      cell: ({ day, filters }) => ({ kind: 'text', text: day, href: callsHref(day, callsFilter(filters)) }),
    },
    { key: 'deployment', title: 'Deployment', cell: ({ deployment }) => text(deployment) },
    {
      key: 'drawn',
      title: 'Drew',
      unit: currency,
      align: 'right',
      cell: ({ drawn }) => ({ kind: 'money', value: { amount: drawn, currency } }),
    },
    {
      key: 'charge',
      title: 'Of a charge of',
      unit: currency,
      align: 'right',
      cell: ({ charge }) => ({ kind: 'money', value: { amount: charge, currency } }),
    },
    { key: 'model', title: 'Model', cell: ({ model }) => text(model) },
    { key: 'seller', title: 'Seller', cell: ({ seller }) => text(seller) },
    { key: 'biller', title: 'Biller', cell: ({ biller }) => text(biller) },
    { key: 'cloud', title: 'Cloud', cell: ({ cloud }) => text(cloud) },
    { key: 'region', title: 'Region', cell: ({ region }) => text(region) },
    { key: 'tier', title: 'Tier', cell: ({ tier }) => text(tier) },
  ];
}

export const DRAWN_SHOWN: readonly string[] = ['day', 'deployment', 'drawn', 'charge'];

export const rowId = ({ day, deployment, model, cloud, region, tier }: Row): string =>
  JSON.stringify([day, deployment, model, cloud, region, tier]);
