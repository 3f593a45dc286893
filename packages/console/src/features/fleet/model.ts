// Deployments and routes in words: what would take a call now and what would not, and why; lane by lane where they differ.
import type { ControlAnswer, DeploymentRow, LaneHealth } from '@weighbridge/protocol';
import { prepareCount } from '../../parts/count/model.ts';
import type { Cell, Tone } from '../../parts/data-table/cell.ts';
import type { Column } from '../../parts/data-table/model.ts';
import { formatDuration } from '../../parts/duration/model.ts';
import type { DeploymentColumn } from '../../app/search-state.ts';
import type { Fact } from '../call/model.ts';
import { memberFilter } from '../dimension-filters.ts';
import type { Headline } from '../headline.ts';

export type Deployments = ControlAnswer<'deployments'>;
export type HrefOf = (path: string, filter?: string) => string;

export interface Words {
  readonly text: string;
  readonly tone: Tone;
}
export const STATE_WORDS: Readonly<Record<DeploymentRow['state'], Words>> = {
  up: { text: 'up', tone: 'good' },
  partly: { text: 'partly', tone: 'warn' },
  down: { text: 'down', tone: 'bad' },
  idle: { text: 'not running', tone: 'quiet' },
};
const CIRCUIT_WORDS: Readonly<Record<LaneHealth['circuit'], Words>> = {
  closed: { text: 'closed', tone: 'good' },
  half_open: { text: 'trying', tone: 'warn' },
  open: { text: 'open', tone: 'bad' },
};

export function deploymentsHeadline({ rows }: Deployments): Headline {
  if (rows.length === 0)
    return { first: 'No deployment is configured.', second: 'A deployment is a model that a cloud serves for you.' };
  if (rows.every(({ state }) => state === 'idle'))
    return {
      first: `${rows.length === 1 ? 'One deployment is' : `${rows.length} deployments are`} configured; none runs.`,
      second: 'No instance runs on this log: they are shown as they were configured.',
    };
  const out = rows.filter(({ state }) => state === 'down');
  const partly = rows.filter(({ state }) => state === 'partly');
  const all = rows.length === 1 ? 'The one deployment' : `All ${rows.length} deployments`;
  const some = `${rows.length - out.length} of ${rows.length} deployments`;
  const why = [...out, ...partly].map(({ id, lanes, state }) => {
    const reasons = [...new Set(lanes.flatMap(({ reason }) => reason ?? []))];
    return `${id} is ${state === 'down' ? 'out' : 'out on some lanes'} (${reasons.join('; ')})`;
  });
  const inFlight = rows.reduce((sum, row) => sum + row.in_flight, 0);
  const flying = `${prepareCount(inFlight).text} ${inFlight === 1 ? 'call is' : 'calls are'} in flight`;
  return {
    first: `${why.length === 0 ? all : some} would take a call now.`,
    second: `${[...why, flying].join('. ')}.`,
  };
}

/** One word for all lanes where they agree, else how many are otherwise. */
export function circuitWords(lanes: readonly LaneHealth[]): Words {
  if (lanes.length === 0) return { text: 'none', tone: 'quiet' };
  const worst = (['open', 'half_open'] as const).find((state) => lanes.some(({ circuit }) => circuit === state));
  if (worst === undefined) return CIRCUIT_WORDS.closed;
  const words = CIRCUIT_WORDS[worst];
  const count = lanes.filter(({ circuit }) => circuit === worst).length;
  return count === lanes.length ? words : { ...words, text: `${words.text} on ${count} of ${lanes.length} lanes` };
}

function readyWords({ credential: { ready } }: DeploymentRow): Words {
  if (ready === null) return { text: 'not known', tone: 'quiet' };
  return ready ? { text: 'ready', tone: 'good' } : { text: 'missing', tone: 'bad' };
}

export function deploymentColumns(hrefOf: HrefOf): readonly (Column<DeploymentRow> & {
  readonly key: DeploymentColumn;
})[] {
  const text = (value: string): Cell => ({ kind: 'text', text: value });
  const badge = (words: Words): Cell => ({ kind: 'badge', ...words });
  const count = (value: number): Cell => ({ kind: 'count', value });
  return [
    {
      key: 'id',
      title: 'Deployment',
      cell: ({ id }) => ({ kind: 'text', text: id, href: hrefOf('/calls', memberFilter('deployment', id)) }),
    },
    { key: 'state', title: 'State', cell: ({ state }) => badge(STATE_WORDS[state]) },
    { key: 'circuit', title: 'Circuit', cell: ({ lanes }) => badge(circuitWords(lanes)) },
    { key: 'model', title: 'Model', cell: ({ model }) => text(model) },
    { key: 'cloud', title: 'Cloud', cell: ({ cloud }) => text(cloud) },
    { key: 'region', title: 'Region', cell: ({ region }) => ({ kind: 'grade', of: region, grade: 1 }) },
    { key: 'tier', title: 'Tier', cell: ({ tier }) => text(tier) },
    { key: 'in_flight', title: 'In flight', align: 'right', cell: ({ in_flight: value }) => count(value) },
    {
      key: 'limit',
      title: 'At most',
      align: 'right',
      cell: ({ max_concurrency: most }) => (most === null ? text('no limit') : count(most)),
    },
    { key: 'fault', title: 'Last fault', cell: ({ lanes }) => text(lastFault(lanes) ?? 'none') },
    { key: 'credential', title: 'Credential', cell: (row) => badge(readyWords(row)) },
    { key: 'routes', title: 'Routes', cell: ({ routes }) => text(routes.join(', ')) },
  ];
}

const spoken = (name: string): string => name.replaceAll('_', ' ');

function lastFault(lanes: readonly LaneHealth[]): string | null {
  const fault = lanes.find(({ last_fault: last }) => last !== null)?.last_fault ?? null;
  return fault === null ? null : spoken(fault);
}

export interface LaneText {
  readonly lane: string;
  readonly circuit: Words;
  readonly failures: string;
  readonly until: string;
  readonly fault: string;
  readonly reason: string;
  readonly inFlight: string;
}
export interface DeploymentPanel {
  readonly title: string;
  readonly state: Words;
  readonly simulated: boolean;
  readonly facts: readonly Fact[];
  readonly lanes: readonly LaneText[];
}

export function deploymentPanel(row: DeploymentRow): DeploymentPanel {
  const roles = Object.entries(row.roles).map(([name, value]): Fact => ({ name: titled(name), value }));
  return {
    title: row.id,
    state: STATE_WORDS[row.state],
    simulated: row.simulated,
    facts: [
      { name: 'Model', value: row.model },
      { name: 'Cloud', value: row.cloud },
      { name: 'Region', value: row.region, grade: 1 },
      ...(row.region_set === null ? [] : [{ name: 'May be served in', value: row.region_set.join(', ') }]),
      { name: 'Tier', value: row.tier },
      ...roles,
      { name: 'Credential', value: `${row.credential.name}, ${readyWords(row).text}` },
      { name: 'In flight', value: inFlightText(row) },
      { name: 'Routes', value: row.routes.length === 0 ? 'none' : row.routes.join(', ') },
    ],
    lanes: row.lanes.map(laneText),
  };
}

/** `first_token_ms` is `First token`. */
export function titled(name: string): string {
  const words = spoken(name.replace(/_ms$/, '')).replace(/^sla\b/, 'SLA');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const inFlightText = ({ in_flight: now, max_concurrency: most }: DeploymentRow): string =>
  most === null ? `${prepareCount(now).text}, no limit` : `${prepareCount(now).text} of ${prepareCount(most).text}`;

function laneText(lane: LaneHealth): LaneText {
  const wait = Math.max(lane.reopens_ms, lane.paused_ms);
  return {
    lane: String(lane.lane),
    circuit: CIRCUIT_WORDS[lane.circuit],
    failures: String(lane.failures),
    until: wait === 0 ? '' : `tried again in ${formatDuration(wait)}`,
    fault: lane.last_fault === null ? 'none' : spoken(lane.last_fault),
    reason: lane.reason ?? 'takes calls',
    inFlight: String(lane.in_flight),
  };
}
