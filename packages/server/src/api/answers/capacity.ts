// Reserved capacity, read from the memory in which the lanes count it; what its idle part costs, from the contract that names it.
import type { ReservationView } from '@weighbridge/gateway';
import { moneyToDecimal } from '@weighbridge/kernel';
import { capacityFeeIn, instrumentsOf, type Contract } from '@weighbridge/ledger';
import type { CapacityRow, ControlAnswer } from '@weighbridge/protocol';
import type { ControlPorts } from '../ports.ts';

const MINUTE_MS = 60_000;
const MILLION = 1_000_000;

type Ports = Pick<ControlPorts, 'lanes' | 'clock' | 'stores' | 'deal'>;

export function capacityAnswer({ lanes, clock, stores, deal }: Ports): ControlAnswer<'capacity'> {
  const at = clock.wall();
  const contracts = deal.contracts.all().held.map(({ contract }) => contract);
  const rows = [...lanes.reservations().values()].map((one) => capacityRow(one.view(at), contracts, at));
  const source = lanes.count === 0 ? 'none' : 'running';
  return { at, source, simulated: stores.home.log !== 'live', rows: source === 'none' ? [] : rows };
}

/** The minute that is not over yet is shown, and in no sum. */
export function capacityRow(view: ReservationView, contracts: readonly Contract[], at: number): CapacityRow {
  const { rule, minutes: counted } = view;
  const worth = rule.meters.map(({ perMs }) => perMs * MINUTE_MS);
  const minutes = counted.map(({ minute, used, used_second: second, most, calls, spilled, refused, queued }) => {
    const parts =
      worth.length === 0 ? [most / rule.concurrent] : worth.map((each, index) => [used, second][index]! / each);
    return {
      at: minute * MINUTE_MS,
      used: parts.length === 0 ? 0 : Math.max(...parts),
      calls,
      spilled,
      refused,
      queued,
    };
  });
  const whole = minutes.filter((minute) => minute.at >= view.since && minute.at + MINUTE_MS <= at);
  const used = whole.length === 0 ? null : whole.reduce((sum, minute) => sum + minute.used, 0) / whole.length;
  const idle = used === null ? null : Math.max(0, 1 - used);
  const total = (name: 'calls' | 'spilled' | 'refused' | 'queued'): number =>
    minutes.reduce((sum, minute) => sum + minute[name], 0);
  return {
    deployment: view.deployment,
    kind: rule.kind,
    worth,
    concurrent: Number.isFinite(rule.concurrent) ? rule.concurrent : null,
    in_flight: view.in_flight,
    full: view.full.length === 0 ? view.in_flight / rule.concurrent : Math.max(...view.full),
    said: view.said === null ? null : { full: view.said.full, at: Math.floor(view.said.at) },
    learnt: view.share,
    full_until: view.full_until > at ? Math.ceil(view.full_until) : null,
    since: Math.floor(view.since),
    minutes,
    used,
    idle,
    calls: total('calls'),
    spilled: total('spilled'),
    refused: total('refused'),
    queued: total('queued'),
    ...costOf(view.deployment, contracts, whole, idle),
  };
}

/** Exact where the contract says what it costs; else it says why nobody can tell, and is never taken for nothing. */
function costOf(
  deployment: string,
  contracts: readonly Contract[],
  whole: readonly { readonly at: number }[],
  idle: number | null,
): Pick<CapacityRow, 'cost' | 'unknown'> {
  const [first, last] = [whole[0], whole.at(-1)];
  if (first === undefined || last === undefined || idle === null)
    return { cost: null, unknown: 'no whole minute has passed since it is counted' };
  for (const contract of contracts)
    for (const held of instrumentsOf(contract, 'capacity')) {
      if (held.deployments?.includes(deployment) !== true) continue;
      const fee = capacityFeeIn(held, contract, first.at, last.at + MINUTE_MS);
      const where = { contract: contract.id, instrument: held.id, currency: contract.currency };
      if (fee === null)
        return { cost: null, unknown: `${contract.id} names it and states no price that could be reckoned` };
      const part = (fee.amount * BigInt(Math.round(idle * MILLION))) / BigInt(MILLION);
      const amounts = { paid: moneyToDecimal(fee.amount), idle: moneyToDecimal(part) };
      return { cost: { ...where, ...amounts, reckoned: fee.reckoned }, unknown: null };
    }
  return { cost: null, unknown: 'no contract names this deployment under `deployments` of a capacity' };
}
