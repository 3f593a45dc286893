// What charges have drawn of the contracts that stand, and what is to be expected. Nothing is kept: each answer is reckoned from
// what the log and its tables hold now, in a thread of its own.
import { AppError } from '@weighbridge/kernel';
import { startOf, withReceiptNames, type Contract } from '@weighbridge/ledger';
import {
  DAY_MS,
  type Commitments,
  type ControlAsked,
  type DailySpendRow,
  type Drawn,
  type Roles,
} from '@weighbridge/protocol';
import { tablesAway, type Projections } from '../projector/projector-host.ts';
import { readDays } from './charges.ts';
import type { ContractsKnown } from './contract-store.ts';
import { unreadableRows } from './contracts.ts';
import type { DealKnown } from './deal-desk.ts';
import type { Reckoner } from './reckoner.ts';
import { isDrawn } from './commitment-view.ts';
import { namesInRegister, partyNamesOf, rolesIn } from './receipts-known.ts';
import type { Gathered } from './reckoning.ts';
import type { Reference } from './reference.ts';

export interface CommitmentPorts {
  /** As they stood at the moment that is asked about. */
  readonly contracts: Pick<ContractsKnown, 'all' | 'held'>;
  readonly succeeds: DealKnown['succeeds'];
  readonly projections: Pick<Projections, 'ask'>;
  readonly reckoner: Pick<Reckoner, 'commitments' | 'drawn'>;
  readonly rolesOf: (deployment: string) => Roles | undefined;
  /** When the log was first configured to carry calls, UTC milliseconds; null: never. */
  readonly meteredSince: () => number | null;
  /** As it stood at a moment. */
  readonly reference: (at: number) => Pick<Reference, 'register'>;
  readonly now: () => number;
}

export async function commitments(
  ports: CommitmentPorts,
  { at, ...plan }: ControlAsked<'commitments'>,
): Promise<Commitments> {
  return ports.reckoner.commitments(await gather(ports, at), plan);
}

/** Throws CONTRACT_UNKNOWN, and DATABASE_UNAVAILABLE where nothing is known of charges. */
export async function drawn(ports: CommitmentPorts, { at, ...name }: ControlAsked<'drawn'>): Promise<Drawn> {
  ports.contracts.held(name.contract);
  const gathered = await gather(ports, at);
  if (gathered.unknown !== null) throw new AppError('DATABASE_UNAVAILABLE', gathered.unknown);
  return ports.reckoner.drawn(gathered, name);
}

/** The end of the day that was asked for, or now. */
const momentOf = ({ now }: CommitmentPorts, day: string | undefined): number =>
  day === undefined ? now() : startOf(day) + DAY_MS;

/** From the first day of any signed contract. A contract is useful without the tables: what it lacks then is said. */
async function gather(ports: CommitmentPorts, day: string | undefined): Promise<Gathered> {
  const at = momentOf(ports, day);
  const found = ports.contracts.all();
  const held = found.held.map(({ contract }) => contract);
  const meteredSince = dayBefore(ports.meteredSince());
  const nothing: Gathered = {
    at,
    held,
    unreadable: unreadableRows(found.unreadable),
    rows: [],
    roles: new Map<string, Roles>(),
    period: null,
    meteredSince,
    unknown: null,
    earlier: null,
  };
  const since = Math.max(0, Math.min(...held.filter(isDrawable).map(({ term }) => term.from)));
  // Nothing was charged on days to come, and nobody asks for them one by one.
  const until = Math.min(at, Math.ceil(ports.now() / DAY_MS) * DAY_MS);
  if (since >= until) return nothing;
  const period = { since: Math.max(since, until - DAYS_MOST * DAY_MS), until };
  const before = ports.succeeds();
  const earlier = before === null || before.at <= period.since ? null : { until: before.at, origin: before.origin };
  try {
    const rows = await readDays(ports.projections, period);
    const roles = rolesIn(rows, ports.rolesOf);
    const names = namesInRegister(ports.reference(at).register, partyNamesOf(roles.values()));
    return {
      ...nothing,
      held: held.map((contract) => withReceiptNames(contract, names)),
      rows,
      roles,
      period,
      earlier,
      meteredSince: firstOf(meteredSince, rows),
    };
  } catch (error) {
    if (tablesAway(error)) return { ...nothing, period, earlier, meteredSince: null, unknown: error.message };
    throw error;
  }
}

const dayBefore = (at: number | null): number | null => (at === null ? null : Math.floor(at / DAY_MS) * DAY_MS);

/** Metered from the first configuration on, or from a call that is older still. */
function firstOf(configured: number | null, [first]: readonly DailySpendRow[]): number | null {
  if (first === undefined) return configured;
  return Math.min(configured ?? Infinity, first.day * DAY_MS);
}

/** Ten years: what no question to the tables may exceed. */
const DAYS_MOST = 3_652;

const isDrawable = (contract: Contract): boolean =>
  isDrawn(contract) && contract.instruments.some(({ kind }) => kind === 'spend' || kind === 'credit');
