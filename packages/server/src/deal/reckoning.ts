// What charges have drawn of the contracts that stand, and what is to be expected: the ledger's draw-down over the roll-ups'
// days, as a function of plain data, so that it can be reckoned in a thread of its own.
import { AppError, moneyFromDecimal, moneyToDecimal, type Money } from '@weighbridge/kernel';
import {
  dayText,
  drawDown,
  exitsView,
  lastDayText,
  obligationsView,
  positions,
  project,
  type Contract,
  type DrawDown,
  type TranchePosition,
  type TrancheProjection,
} from '@weighbridge/ledger';
import {
  DAY_MS,
  type Commitment,
  type Commitments,
  type ControlAsked,
  type DailySpendRow,
  type Drawn,
  type Forecast,
  type Period,
  type Roles,
  type Tranche,
} from '@weighbridge/protocol';
import { callsBehind, chargesOf, type DayCharge } from './charges.ts';

/** All that is reckoned with. */
export interface Gathered {
  /** UTC milliseconds: nothing later counts. */
  readonly at: number;
  readonly held: readonly Contract[];
  readonly rows: readonly DailySpendRow[];
  /** By deployment; of one that no configuration names, nothing is known. */
  readonly roles: ReadonlyMap<string, Roles>;
  readonly period: Period | null;
  /** Why there are no rows. */
  readonly unknown: string | null;
}

const PATHS = 400;
const BURN_POINTS_MOST = 800;
const ROWS_MOST = 2_000;

const chargesIn = ({ rows, roles }: Gathered): readonly DayCharge[] =>
  chargesOf(rows, (deployment) => roles.get(deployment));

/** What is drafted, offered or only reported is drawn by nobody's charges: it is shown, and apart. One that has ended was drawn in its term. */
export const isDrawn = ({ status }: Pick<Contract, 'status'>): boolean => status === 'signed' || status === 'ended';

export type Plan = Pick<ControlAsked<'commitments'>, 'growth' | 'seed'>;

export function reckonCommitments(gathered: Gathered, { growth, seed }: Plan): Commitments {
  const { at, held, period, unknown } = gathered;
  const charges = chargesIn(gathered);
  const state = drawDown(held.filter(isDrawn), charges, at);
  const others = drawDown(
    held.filter((contract) => !isDrawn(contract)),
    [],
    at,
  );
  const plan = { growth: { monthly: moneyFromDecimal(growth) }, seed, paths: PATHS };
  const rowsOf = (reckoned: DrawDown): Commitment[] => {
    const forecasts = project(reckoned, plan);
    return groupsOf(positions(reckoned)).flatMap((own) => {
      const contract = held.find(({ id }) => id === own[0]?.contract);
      return contract === undefined ? [] : [commitmentOf(contract, own, forecasts, reckoned, at)];
    });
  };
  return {
    at,
    growth,
    rows: [...rowsOf(state), ...rowsOf(others)],
    possibilities: held.flatMap((contract) =>
      obligationsView(contract, at).possibilities.map((possibility) => ({
        ...possibility,
        contract: contract.id,
        currency: contract.currency,
      })),
    ),
    charges: {
      period,
      days: new Set(charges.map(({ row }) => row.day)).size,
      count: charges.length,
      money: moneyOf(charges, state),
      unpriced: charges.reduce((sum, { row }) => sum + row.unpriced, 0),
      unknown,
    },
  };
}

export type TrancheName = Pick<Drawn, 'contract' | 'instrument' | 'tranche'>;

/** Throws CONTRACT_UNKNOWN. */
export function reckonDrawn(gathered: Gathered, { contract, instrument, tranche }: TrancheName): Drawn {
  const { at, held } = gathered;
  const charges = chargesIn(gathered);
  const signed = positions(drawDown(held.filter(isDrawn), charges, at));
  const position = signed.find(
    (one) => one.contract === contract && one.instrument === instrument && one.tranche === tranche,
  );
  if (position === undefined)
    throw new AppError('CONTRACT_UNKNOWN', `no signed contract ${contract} has a tranche ${instrument}, ${tranche}`);
  const byId = new Map(charges.map((charge) => [charge.id, charge]));
  const newest = position.drawn_by.toSorted((a, b) => (a.charge < b.charge ? 1 : -1));
  return {
    contract,
    instrument,
    tranche,
    currency: position.currency,
    drawn: moneyToDecimal(position.drawn),
    rows: newest.slice(0, ROWS_MOST).flatMap(({ charge: id, amount }) => {
      const charge = byId.get(id);
      if (charge === undefined) return [];
      const { model, deployment, cloud, region, tier, day, billed } = charge.row;
      const { seller = null, biller = null } = charge.attributes;
      return [
        {
          day: dayText(day * DAY_MS),
          deployment,
          model,
          cloud,
          region,
          tier,
          seller,
          biller,
          charge: billed,
          drawn: moneyToDecimal(amount),
          ...callsBehind(charge.row),
        },
      ];
    }),
    older: Math.max(0, newest.length - ROWS_MOST),
  };
}

function groupsOf(all: readonly TranchePosition[]): readonly (readonly TranchePosition[])[] {
  const groups = new Map<string, TranchePosition[]>();
  for (const position of all) {
    const name = JSON.stringify([position.contract, position.instrument]);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [position]);
    else group.push(position);
  }
  return [...groups.values()];
}

const total = (own: readonly TranchePosition[], of: (position: TranchePosition) => Money): string =>
  moneyToDecimal(own.reduce((sum, position) => sum + of(position), 0n));

function commitmentOf(
  contract: Contract,
  own: readonly TranchePosition[],
  forecasts: readonly TrancheProjection[],
  state: DrawDown,
  at: number,
): Commitment {
  const [first] = own;
  const instrument = first?.instrument ?? '';
  return {
    contract: contract.id,
    title: contract.title,
    status: contract.status,
    instrument,
    kind: first?.kind ?? 'spend',
    currency: contract.currency,
    rule: first?.rule ?? 'unstated',
    automatic: first?.automatic ?? 'unstated',
    committed: total(own, ({ committed }) => committed),
    drawn: total(own, (position) => position.drawn),
    remaining: total(own, ({ remaining }) => remaining),
    expired: total(own, ({ expired }) => expired),
    tranches: own.map((position) =>
      trancheOf(
        isDrawn(contract) ? position : { ...position, shortfall: 0n, lost: 0n },
        forecasts.find(
          (one) => one.contract === contract.id && one.instrument === instrument && one.tranche === position.tranche,
        ),
      ),
    ),
    burn: burnOf(own, state, at),
    exits: exitsView(contract, Math.floor(at / DAY_MS) * DAY_MS),
  };
}

function trancheOf(position: TranchePosition, forecast: TrancheProjection | undefined): Tranche {
  return {
    tranche: position.tranche,
    from: dayText(position.from),
    until: lastDayText(position.until),
    state: position.state,
    committed: moneyToDecimal(position.committed),
    rolled_in: moneyToDecimal(position.rolled_in),
    drawn: moneyToDecimal(position.drawn),
    remaining: moneyToDecimal(position.remaining),
    expired: moneyToDecimal(position.expired),
    rolled_out: moneyToDecimal(position.rolled_out),
    shortfall: position.shortfall === null ? null : moneyToDecimal(position.shortfall),
    shortfall_at_most: moneyToDecimal(position.shortfall_at_most),
    lost: moneyToDecimal(position.lost),
    charges: position.drawn_by.length,
    forecast: forecastOf(forecast),
  };
}

function forecastOf(forecast: TrancheProjection | undefined): Forecast {
  if (forecast === undefined) return { verdict: 'insufficient evidence', days: 0, projected: null };
  const { verdict, days, projected } = forecast;
  if (projected === undefined) return { verdict, days, projected: null };
  const money = (interval: { p10: Money; p50: Money; p90: Money }) => ({
    p10: moneyToDecimal(interval.p10),
    p50: moneyToDecimal(interval.p50),
    p90: moneyToDecimal(interval.p90),
  });
  const day = (at: number | null): string | null => (at === null ? null : dayText(at));
  const { drawn: done, missing, shortfall, complete_on: complete, paths_complete, paths } = projected;
  return {
    verdict,
    days,
    projected: {
      drawn: money(done),
      missing: money(missing),
      shortfall: shortfall === null ? null : money(shortfall),
      complete_on: { p10: day(complete.p10), p50: day(complete.p50), p90: day(complete.p90) },
      paths_complete,
      paths,
    },
  };
}

/** By day, thinned evenly where there are more days than a picture has places. */
function burnOf(own: readonly TranchePosition[], { standing }: DrawDown, at: number): Commitment['burn'] {
  const byDay = new Map<number, Money>();
  for (const { drawn_by: draws } of own)
    for (const { charge, amount } of draws) {
      const day = standing.get(charge)?.charge.at ?? 0;
      byDay.set(day, (byDay.get(day) ?? 0n) + amount);
    }
  const days = [...byDay.keys()].toSorted((a, b) => a - b);
  const step = Math.ceil((days.length + 1) / BURN_POINTS_MOST);
  const burn: Commitment['burn'] = [];
  let sum = 0n;
  for (const [index, day] of days.entries()) {
    sum += byDay.get(day) ?? 0n;
    if (index % step === 0 && index < days.length - 1) burn.push({ day: dayText(day), drawn: moneyToDecimal(sum) });
  }
  return [...burn, { day: dayText(at), drawn: moneyToDecimal(sum) }];
}

function moneyOf(charges: readonly DayCharge[], { standing }: DrawDown): Commitments['charges']['money'] {
  const sums = new Map<string, { total: Money; drawn: Money }>();
  for (const { id, currency, amount } of charges) {
    const sum = sums.get(currency) ?? { total: 0n, drawn: 0n };
    sum.total += amount;
    for (const draw of standing.get(id)?.draws ?? []) sum.drawn += draw.amount;
    sums.set(currency, sum);
  }
  return [...sums]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, sum]) => ({
      currency,
      total: moneyToDecimal(sum.total),
      drawn: moneyToDecimal(sum.drawn),
      not_drawn: moneyToDecimal(sum.total - sum.drawn),
    }));
}
