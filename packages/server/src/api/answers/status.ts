// The instance in its own words, as the console's frame shows it.
import type { Clock } from '@weighbridge/kernel';
import { DAY_MS, type ControlStatus, type ProjectionsState } from '@weighbridge/protocol';
import type { Journal } from '@weighbridge/journal';
import type { ControlPorts } from '../ports.ts';

const CURRENCY_MS = 60_000;
const FALLBACK_CURRENCY = 'USD';

export function statusAnswer(ports: ControlPorts): () => Promise<ControlStatus> {
  const currency = createCurrency(ports);
  return async () => {
    const status = await ports.status();
    const { inFlight, calls, unauthenticated, receipts, unsealed = 0, draining } = status.calls;
    return {
      version: status.version,
      organisation: status.organisation,
      node: status.node,
      log: ports.stores.home.log,
      simulated: status.simulated,
      origin: status.origin,
      started: status.started,
      now: ports.clock.wall(),
      vkey: status.journal.vkey,
      journal: { origin: status.journal.origin, size: status.journal.size },
      up_to: upTo(ports.stores.journal, status.projections),
      currency: await currency(status.budget?.currency ?? FALLBACK_CURRENCY),
      lanes: status.lanes,
      calls: { in_flight: inFlight, calls, unauthenticated, receipts, unsealed, draining },
      interrupted: status.interrupted,
      budget: status.budget,
      configuration: status.config,
      projections: status.projections,
    };
  };
}

/** Instant of the newest entry that every table holds; null when they hold none. */
export function upTo(journal: Journal, { projections }: ProjectionsState): number | null {
  const next = lowest(projections);
  return next === null || next === 0 ? null : journal.entry(next - 1).leaf.at;
}

export const lowest = (projections: ProjectionsState['projections']): number | null =>
  projections.length === 0 ? null : Math.min(...projections.map(({ next }) => next));

/** Of most calls of the last 30 days; looked at once a minute, and what stands in for it when nobody can say. */
function createCurrency({ clock, projections }: Pick<ControlPorts, 'clock' | 'projections'>) {
  let known = '';
  let until = 0;
  const ask = async (clockNow: Clock): Promise<string> => {
    const now = clockNow.wall();
    const period = { since: Math.max(0, now - 30 * DAY_MS), until: now + 1 };
    const { currency } = await projections.ask('series', { ...period, every: 'day', measure: 'billed' });
    return currency ?? '';
  };
  return async (instead: string): Promise<string> => {
    if (clock.wall() >= until) {
      until = clock.wall() + CURRENCY_MS;
      known = await ask(clock).catch(() => known);
    }
    return known === '' ? instead : known;
  };
}
