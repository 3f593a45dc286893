// What the instance knows of itself, as metrics: read when it is asked for, and not kept.
import { setImmediate } from 'node:timers/promises';
import { LOOKED_AT_ONCE, type LaneStats, type Limits, type Ruled } from '@weighbridge/gateway';
import { VERSION } from '../version.ts';
import type { ControlPorts } from '../api/ports.ts';
import { Registry } from './registry.ts';

export async function ownMetrics({
  lanes,
  stores,
  alerting,
  administration,
  clock,
  log,
  security,
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
  bypassMetrics(registry, stats, { named: snapshot.bypasses ?? [], open: lanes.openWindows() });
  gauge('weighbridge_recorder_silent_seconds', 'For how long the recorder has not moved; 0 while it does').set(
    {},
    Math.round(lanes.recorderSilentMs() / 1000),
  );
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
  await securityMetrics(registry, security);
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
    const share = ruled.amount === 0n ? 1 : Number(await fullestOf(limits, ruled, clock.wall())) / Number(ruled.amount);
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

async function securityMetrics({ gauge, counter }: Registry, security: ControlPorts['security']): Promise<void> {
  const by = ['destination'];
  const up = gauge('weighbridge_security_destination_up', 'Whether the last security events arrived', by);
  const behind = gauge('weighbridge_security_behind_entries', 'Entries of the log that it was not told of yet', by);
  const sent = counter('weighbridge_security_events_sent_total', 'Security events that a destination took', by);
  const dropped = counter('weighbridge_security_events_dropped_total', 'Security events that found no room', by);
  for (const { name: destination, ...state } of await security.states()) {
    up.set({ destination }, state.state === 'failing' ? 0 : 1);
    behind.set({ destination }, state.behind);
    sent.set({ destination }, state.sent);
    dropped.set({ destination }, state.dropped);
  }
}

/** A limit may have hundreds of thousands of members, and each scrape asks: others have their turn between parts. */
async function fullestOf(limits: Limits, ruled: Ruled, now: number): Promise<bigint> {
  let most = 0n;
  for (let first = 0; first < ruled.counters.places; first += LOOKED_AT_ONCE) {
    const used = limits.fullest(ruled, now, { first, places: LOOKED_AT_ONCE });
    if (used > most) most = used;
    if (first > 0) await setImmediate();
  }
  return most;
}

interface Bypasses {
  readonly named: readonly { readonly id: string }[];
  readonly open: readonly { readonly bypass: string }[];
}

function bypassMetrics({ gauge, counter }: Registry, stats: LaneStats, { named, open }: Bypasses): void {
  counter('weighbridge_bypass_calls_total', 'Calls that went through a bypass, to be sealed afterwards').set(
    {},
    stats.bypassed ?? 0,
  );
  const windows = gauge('weighbridge_bypass_open', 'Whether a window of this bypass is not in the log as a whole yet', [
    'bypass',
  ]);
  for (const { id } of named) windows.set({ bypass: id }, open.some(({ bypass }) => bypass === id) ? 1 : 0);
  const sealing = stats.sealing === true ? 1 : 0;
  gauge('weighbridge_sealing', 'Whether the journal takes entries of every lane').set({}, sealing);
}
