// What the instance knows of itself, as metrics: read when it is asked for, and not kept.
import { VERSION } from '../version.ts';
import type { ControlPorts } from '../api/ports.ts';
import { Registry } from './registry.ts';

/** Counters of one limit are looked at, the fullest first. */
const FULLEST = 1;

export async function ownMetrics({
  lanes,
  stores,
  alerting,
  administration,
  clock,
  log,
}: ControlPorts): Promise<string> {
  const registry = new Registry();
  const { gauge, counter } = registry;
  const snapshot = administration.snapshot();
  gauge('weighbridge_build_info', 'The version that runs', ['version', 'node', 'log']).set(
    { version: VERSION, node: snapshot.node, log: snapshot.log },
    1,
  );
  const stats = await lanes.stats();
  gauge('weighbridge_lanes', 'Threads that take calls').set({}, lanes.count);
  gauge('weighbridge_calls_in_flight', 'Calls in flight').set({}, stats.inFlight);
  counter('weighbridge_unauthenticated_total', 'Requests that were turned away without a key').set(
    {},
    stats.unauthenticated,
  );
  counter('weighbridge_unsealed_total', 'Calls that ended without a receipt').set({}, stats.unsealed ?? 0);
  counter('weighbridge_trace_context_dropped_total', 'Requests whose trace context was malformed').set(
    {},
    stats.malformedTraces ?? 0,
  );
  gauge('weighbridge_log_entries', 'Entries that the newest checkpoint covers').set(
    {},
    stores.journal.checkpoint().size,
  );
  counter('weighbridge_log_lines_dropped_total', "Lines of the instance's own log that found no room").set(
    {},
    log?.dropped() ?? 0,
  );
  const deployments = gauge('weighbridge_deployment_up', 'Share of the lanes that would use it now', ['deployment']);
  const health = await lanes.health();
  for (const { id } of snapshot.deployments) {
    const views = health.flatMap((lane) => lane.filter(({ deployment }) => deployment === id));
    const up = views.filter(({ reason, ready }) => reason === null && ready).length;
    if (views.length > 0) deployments.set({ deployment: id }, up / views.length);
  }
  const used = gauge('weighbridge_limit_used_ratio', 'Of a limit, what its fullest member has used', ['limit', 'kind']);
  const limits = lanes.limits();
  for (const ruled of limits.rules) {
    const [row] = limits.list(ruled, clock.wall(), FULLEST).rows;
    const share = ruled.amount === 0n ? 1 : Number(row?.used ?? 0n) / Number(ruled.amount);
    used.set({ limit: ruled.rule.id, kind: ruled.rule.soft === true ? 'soft' : 'hard' }, share);
  }
  const up = gauge('weighbridge_alert_channel_up', 'Whether the last alert arrived', ['channel']);
  const given = counter('weighbridge_alerts_dropped_total', 'Alerts that a channel did not take', ['channel']);
  for (const { name, state, dropped } of alerting?.channels.states() ?? []) {
    up.set({ channel: name }, state === 'failing' ? 0 : 1);
    given.set({ channel: name }, dropped);
  }
  return registry.text();
}
