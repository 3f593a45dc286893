// Writes the instance's own estate as a plan, for whoever asks while it runs, and of the log as it lies while it does not.
import type { Journal } from '@weighbridge/journal';
import { AppError, isAppError } from '@weighbridge/kernel';
import { DAY_MS, type OwnEstate } from '@weighbridge/protocol';
import { raterInForce } from '../../admin/book-in-force.ts';
import { inForceAt } from '../../admin/in-force.ts';
import type { Blobs } from '../../admin/blobs.ts';
import type { ControlPorts } from '../../api/ports.ts';
import type { DealKnown } from '../../deal/deal-desk.ts';
import type { Projections } from '../../projector/projector-host.ts';
import { estateFacts, routeNamed } from './facts.ts';
import { estateText } from './text.ts';
import { trafficIn, type Traffic } from './traffic.ts';

const DAYS = 30;

type Ports = Pick<ControlPorts, 'administration' | 'clock' | 'deal' | 'projections' | 'stores'>;

/** Throws PLAN_INVALID where the configuration routes nothing that has a price, DATABASE_UNAVAILABLE and QUERY_TIMEOUT. */
export async function ownEstate(
  { administration, clock, deal, projections, stores }: Ports,
  signal: AbortSignal,
): Promise<OwnEstate> {
  const at = clock.wall();
  return written({
    at,
    snapshot: administration.snapshot(),
    journal: stores.journal,
    blobs: stores.blobs,
    deal,
    traffic: await trafficOf(projections, at, signal),
  });
}

/** Of a log that no instance runs. Throws PLAN_INVALID. */
export function ownEstateAtRest(
  { journal, blobs, deal }: { readonly journal: Journal; readonly blobs: Blobs; readonly deal: DealKnown },
  at: number,
): OwnEstate {
  const held = inForceAt(journal, blobs, at);
  if (held === null) throw empty('no configuration ever was in force');
  const { snapshot } = held;
  const period = { since: at - DAYS * DAY_MS, until: at };
  const traffic = trafficIn(journal, period, (alias) => routeNamed(snapshot.routes, alias));
  return written({ at, snapshot, journal, blobs, deal, traffic });
}

interface Written extends Pick<Parameters<typeof estateFacts>[0], 'at' | 'snapshot' | 'traffic'> {
  readonly journal: Journal;
  readonly blobs: Blobs;
  readonly deal: Pick<DealKnown, 'reference' | 'contracts'>;
}

function written({ at, snapshot, journal, blobs, deal, traffic }: Written): OwnEstate {
  const held = deal.contracts.all().held.map(({ contract }) => contract);
  const facts = estateFacts({
    at,
    snapshot,
    journal,
    rater: raterInForce(journal, blobs),
    traffic,
    register: deal.reference(at).register,
    contracts: held.filter(({ status }) => status === 'signed'),
  });
  const found = estateText(facts);
  if (found === null) throw empty('no route leads to a deployment that has a price');
  return { ...found, unknown: [...found.unknown] };
}

const empty = (why: string): AppError =>
  new AppError('PLAN_INVALID', `there is no estate to plan with: ${why}`, {
    next: 'configure a route to a deployment that the price book prices, and start the instance once',
  });

/** Null where the configuration wants no tables. Those that are away for now are waited for: an estate in which nothing crossed would mislead. */
async function trafficOf(
  projections: Pick<Projections, 'ask'>,
  at: number,
  signal: AbortSignal,
): Promise<Traffic | null> {
  const period = { since: at - DAYS * DAY_MS, until: at };
  try {
    const { from, routes } = await projections.ask('traffic', period, signal);
    const waits = { ...period, metrics: ['ttft' as const], by: 'deployment' as const, quantiles: [0.5] };
    const { rows } = await projections.ask('latency', waits, signal);
    const ttft = rows.flatMap(({ value, ms: [middle] }) =>
      typeof value === 'string' && typeof middle === 'number' ? [[value, middle] as const] : [],
    );
    return { ...period, from, routes, ttft: new Map(ttft) };
  } catch (error) {
    if (isAppError(error) && error.code === 'PROJECTIONS_OFF') return null;
    throw error;
  }
}
