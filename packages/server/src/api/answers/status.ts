// The instance in its own words, as the console's frame shows it.
import type { Clock } from '@weighbridge/kernel';
import {
  DAY_MS,
  SAMPLE_MOUNT,
  type CommandForm,
  type ControlStatus,
  type ProjectionsState,
} from '@weighbridge/protocol';
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
      currency: currency(status.budget?.currency ?? FALLBACK_CURRENCY),
      lanes: status.lanes,
      calls: { in_flight: inFlight, calls, unauthenticated, receipts, unsealed, draining },
      interrupted: status.interrupted,
      budget: status.budget,
      configuration: status.config,
      windows: status.windows.map(({ bypass, opened, closed, owner, calls: through, waiting }) => ({
        bypass,
        opened,
        closed,
        owner,
        calls: through,
        waiting,
      })),
      projections: status.projections,
      command: commandOf(ports),
    };
  };
}

/** The sample is the log that nobody means who names none. */
const commandOf = ({ command: { start, options }, mount }: ControlPorts): CommandForm => ({
  start,
  options: mount === SAMPLE_MOUNT ? `${options} --log sample`.trim() : options,
});

/** Instant of the newest entry that every table holds; null when they hold none. */
export function upTo(journal: Journal, { projections }: ProjectionsState): number | null {
  const next = lowest(projections);
  return next === null || next === 0 ? null : journal.entry(next - 1).leaf.at;
}

export const lowest = (projections: ProjectionsState['projections']): number | null =>
  projections.length === 0 ? null : Math.min(...projections.map(({ next }) => next));

/**
 * Of most calls of the last 30 days; looked at once a minute, while nobody waits: until it is known, and when nobody can
 * say, something stands in for it.
 */
function createCurrency({ clock, projections }: Pick<ControlPorts, 'clock' | 'projections'>) {
  let known = '';
  let until = 0;
  const ask = async (clockNow: Clock): Promise<string> => {
    const now = clockNow.wall();
    const period = { since: Math.max(0, now - 30 * DAY_MS), until: now + 1 };
    const { currency } = await projections.ask('series', { ...period, every: 'day', measure: 'billed' });
    return currency ?? '';
  };
  return (instead: string): string => {
    if (clock.wall() >= until) {
      until = clock.wall() + CURRENCY_MS;
      ask(clock).then(
        (currency) => (known = currency),
        () => (until = 0), // The tables cannot be asked yet: whoever comes next asks again.
      );
    }
    return known === '' ? instead : known;
  };
}
