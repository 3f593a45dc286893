// Reserved capacity in words: how much of it is used, what it had no room for, and what its idle part costs. What nobody knows is said
// as such, never shown as nothing; a minute that is not over is marked.
import type { CapacityRow, ControlAnswer } from '@weighbridge/protocol';
import type { CapacityColumn } from '../../app/search-state.ts';
import { prepareCount } from '../../parts/count/model.ts';
import type { Cell } from '../../parts/data-table/cell.ts';
import type { Column } from '../../parts/data-table/model.ts';
import { moneyText } from '../../parts/money/model.ts';
import type { ChartData } from '../../parts/time-chart/model.ts';
import { exactText, MISSING, shareText } from '../../parts/unit/model.ts';
import { formatInstant } from '../../parts/when/model.ts';
import type { Fact } from '../call/model.ts';
import type { Headline } from '../headline.ts';

export type Capacity = ControlAnswer<'capacity'>;

const KINDS: Readonly<Record<CapacityRow['kind'], string>> = {
  ptu: 'provisioned units',
  gsu: 'scale units',
  tpm: 'tokens a minute',
  priority: 'priority tier',
  slots: 'own machines',
};

const share = (value: number | null): string => (value === null ? MISSING : shareText(value));
const counted = (value: number, noun: string): string => `${prepareCount(value).text} ${noun}${value === 1 ? '' : 's'}`;

export function capacityHeadline({ rows, source }: Capacity): Headline {
  if (source === 'none') return { first: 'No instance runs.', second: 'Reserved capacity is counted while one does.' };
  if (rows.length === 0)
    return {
      first: 'No capacity is reserved.',
      second:
        'A deployment says under its key capacity what was bought of it; a call that it has no room for goes on demand.',
    };
  const whole = rows.filter(({ used }) => used !== null);
  const [only] = rows;
  const first =
    rows.length === 1 && only !== undefined
      ? `${only.used === null ? 'Not a whole minute' : share(only.used)} of ${only.deployment} ${only.used === null ? 'is counted yet' : 'is used'}.`
      : `${share(mean(whole.flatMap(({ used }) => used ?? [])))} of ${counted(rows.length, 'reservation')} is used on average.`;
  const spilled = rows.reduce((sum, row) => sum + row.spilled, 0);
  const refused = rows.reduce((sum, row) => sum + row.refused, 0);
  return {
    first,
    second: `${counted(spilled, 'call')} spilled to on demand, ${counted(refused, 'call')} met a refusal of the seller. ${tableText(rows)}`,
  };
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** What is left on the table, by currency never summed with another. */
function tableText(rows: readonly CapacityRow[]): string {
  const known = rows.flatMap(({ deployment, cost }) => (cost === null ? [] : [{ deployment, ...cost }]));
  const lost = known.map(
    ({ deployment, idle, currency }) => `${moneyText({ amount: idle, currency })} of ${deployment}`,
  );
  const unknown = rows.length - known.length;
  const rest =
    unknown === 0 ? '' : ` ${unknown === 1 ? 'The price of one is' : `The prices of ${unknown} are`} not known.`;
  return lost.length === 0 ? `What the idle part costs is not known.` : `Left on the table: ${lost.join(', ')}.${rest}`;
}

export function capacityColumns(): readonly (Column<CapacityRow> & { readonly key: CapacityColumn })[] {
  const text = (value: string): Cell => ({ kind: 'text', text: value });
  const count = (value: number): Cell => ({ kind: 'count', value });
  return [
    { key: 'deployment', title: 'Deployment', cell: ({ deployment }) => text(deployment) },
    { key: 'kind', title: 'Bought', cell: ({ kind }) => text(KINDS[kind]) },
    { key: 'full', title: 'Full now', align: 'right', cell: ({ full }) => text(share(full)) },
    { key: 'said', title: 'Seller said', align: 'right', cell: ({ said }) => text(share(said?.full ?? null)) },
    { key: 'used', title: 'Used', align: 'right', cell: ({ used }) => text(share(used)) },
    { key: 'spilled', title: 'Spilled', unit: 'calls', align: 'right', cell: ({ spilled }) => count(spilled) },
    { key: 'refused', title: 'Refused', unit: 'calls', align: 'right', cell: ({ refused }) => count(refused) },
    { key: 'queued', title: 'Waited', unit: 'calls', align: 'right', cell: ({ queued }) => count(queued) },
    {
      key: 'idle',
      title: 'Left on the table',
      align: 'right',
      cell: ({ cost }) =>
        cost === null ? text('not known') : { kind: 'money', value: { amount: cost.idle, currency: cost.currency } },
    },
  ];
}

export interface CapacityPanel {
  readonly title: string;
  readonly facts: readonly Fact[];
  readonly chart: ChartData;
  readonly spill: ChartData;
}

const MINUTE_MS = 60_000;

export function capacityPanel(row: CapacityRow, at: number): CapacityPanel {
  const starts = row.minutes.map((minute) => minute.at);
  const base = { starts, bucketMs: MINUTE_MS, now: at } as const;
  const counts = (key: 'calls' | 'spilled' | 'refused', label: string): ChartData['series'][number] => ({
    key,
    label,
    values: row.minutes.map((minute) => minute[key]),
  });
  return {
    title: row.deployment,
    facts: factsOf(row),
    chart: {
      ...base,
      title: `${share(row.used)} of it was used`,
      unit: { kind: 'share' },
      shape: 'line',
      series: [{ key: 'used', label: 'used', values: row.minutes.map(({ used }) => used) }],
    },
    spill: {
      ...base,
      title: `${counted(row.spilled, 'call')} went on demand for want of room`,
      unit: { kind: 'count', noun: 'calls' },
      shape: 'stack',
      series: [counts('calls', 'within it'), counts('spilled', 'spilled'), counts('refused', 'refused by the seller')],
    },
  };
}

function factsOf(row: CapacityRow): Fact[] {
  const { kind, worth, concurrent, said, learnt, full_until: until, cost, unknown } = row;
  const [input = 0, output] = worth;
  const tokens = (value: number): string => exactText({ kind: 'count', noun: 'tokens' }, Math.round(value));
  const worthText =
    concurrent !== null
      ? `${prepareCount(concurrent).text} calls at a time`
      : output === undefined
        ? `${tokens(input)} weighted tokens a minute`
        : `${tokens(input)} tokens in and ${tokens(output)} out a minute`;
  return [
    { name: 'Bought', value: KINDS[kind] },
    { name: 'Worth', value: worthText },
    { name: 'Counted since', value: formatInstant(row.since) },
    { name: 'Full now', value: `${share(row.full)} by our count, ${counted(row.in_flight, 'call')} in flight` },
    { name: 'Seller said', value: said === null ? 'nothing yet' : `${share(said.full)} at ${formatInstant(said.at)}` },
    ...(learnt >= 1 ? [] : [{ name: 'Learnt', value: `${share(learnt)} of it is taken for all, after refusals` }]),
    ...(until === null ? [] : [{ name: 'Stays away', value: `until ${formatInstant(until)}, as the seller asked` }]),
    ...(cost === null
      ? [{ name: 'Left on the table', value: `not known: ${unknown ?? ''}` }]
      : [
          {
            name: 'Paid in that time',
            value: `${moneyText({ amount: cost.paid, currency: cost.currency })} (${cost.reckoned})`,
          },
          { name: 'Left on the table', value: moneyText({ amount: cost.idle, currency: cost.currency }) },
          { name: 'By the contract', value: `${cost.contract}, ${cost.instrument}` },
        ]),
  ];
}
