// `capacity`: from the memory by which the running instance admits calls; where none runs nothing is counted, and it says so.
import { formatMoney, moneyFromDecimal } from '@weighbridge/kernel';
import type { CapacityRow, ControlAnswer } from '@weighbridge/protocol';
import type { Context, Run } from '../frame/command.ts';
import { count, counted, instant, textTable } from '../frame/text-table.ts';
import { instanceClient } from '../read/deal-desk.ts';
import { placeOf, simulated } from '../read/place.ts';

type Capacity = ControlAnswer<'capacity'>;

export const run: Run = async (context) => {
  const client = instanceClient(context);
  const capacity = client === undefined ? atRest(context) : await client.ask('capacity', {});
  context.out.data(capacity, () => shown(capacity));
};

const atRest = (context: Context): Capacity => ({
  at: Date.now(),
  source: 'none',
  simulated: simulated(placeOf(context).home),
  rows: [],
});

function shown({ at, source, simulated: invented, rows }: Capacity): string {
  if (source === 'none') return 'No instance runs: reserved capacity is counted while one does.';
  if (rows.length === 0) return 'No deployment has reserved capacity (`capacity` in its configuration).';
  const head = `Reserved capacity at ${instant(at)}${invented ? '; simulated: nothing real was called' : ''}.`;
  const table = textTable<CapacityRow>(
    [
      { title: 'DEPLOYMENT', cell: ({ deployment }) => deployment },
      { title: 'KIND', cell: ({ kind }) => kind },
      { title: 'FULL NOW', align: 'right', cell: ({ full }) => percent(full) },
      { title: 'SELLER SAID', align: 'right', cell: ({ said }) => (said === null ? '' : percent(said.full)) },
      { title: 'USED', align: 'right', cell: ({ used }) => (used === null ? '' : percent(used)) },
      { title: 'CALLS', align: 'right', cell: ({ calls }) => count(calls) },
      { title: 'SPILLED', align: 'right', cell: ({ spilled }) => count(spilled) },
      { title: 'MET A 429', align: 'right', cell: ({ refused }) => count(refused) },
      { title: 'WAITED', align: 'right', cell: ({ queued }) => count(queued) },
    ],
    rows,
  );
  return [head, table, ...rows.map(moneyLine)].join('\n\n');
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function moneyLine({ deployment, cost, unknown, minutes }: CapacityRow): string {
  const time = counted(minutes.length, 'minute');
  if (cost === null) return `${deployment}: what its idle part cost in ${time} is not known: ${unknown ?? ''}.`;
  const [paid, idle] = [cost.paid, cost.idle].map((amount) => formatMoney(moneyFromDecimal(amount), cost.currency));
  return `${deployment}: ${idle} of ${paid} was left on the table in ${time} (${cost.contract}, ${cost.instrument}: ${cost.reckoned}).`;
}
