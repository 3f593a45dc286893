// Commitments as answers show them: positions and forecasts as exact decimals and days, with what is stated and what nobody knows told
// apart from what was metered.
import { moneyToDecimal, type Money } from '@weighbridge/kernel';
import {
  dayText,
  exitsView,
  lastDayText,
  leftName,
  openingOf,
  type Contract,
  type DrawDown,
  type Left,
  type TranchePosition,
  type TrancheProjection,
} from '@weighbridge/ledger';
import { DAY_MS, type Commitment, type Forecast, type Tranche } from '@weighbridge/protocol';

const BURN_POINTS_MOST = 800;

/** What is drafted, offered or only reported is drawn by nobody's charges: it is shown, and apart. One that has ended was drawn in its term. */
export const isDrawn = ({ status }: Pick<Contract, 'status'>): boolean => status === 'signed' || status === 'ended';

/** Neither of the two can hold a slash. */
export const poolName = ({ contract, instrument }: Pick<TranchePosition, 'contract' | 'instrument'>): string =>
  `${contract}/${instrument}`;

export const groupsOf = (all: readonly TranchePosition[]): readonly (readonly TranchePosition[])[] => [
  ...Map.groupBy(all, poolName).values(),
];

/** Of one contract, what is left to draw of each milestone: what leaving costs may be a part of it. */
export const leftOf = (all: readonly TranchePosition[], contract: string): Left =>
  new Map(
    all
      .filter((one) => one.contract === contract && one.kind === 'spend')
      .map(({ instrument, tranche, remaining }) => [leftName(instrument, tranche), remaining]),
  );

const total = (own: readonly TranchePosition[], of: (position: TranchePosition) => Money): string =>
  moneyToDecimal(own.reduce((sum, position) => sum + of(position), 0n));

export function commitmentOf(
  contract: Contract,
  own: readonly TranchePosition[],
  /** Of this commitment. */
  forecasts: readonly TrancheProjection[],
  state: DrawDown,
  at: number,
  left: Left,
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
    stated: statementOf(contract, own, at),
    remaining: total(own, ({ remaining }) => remaining),
    expired: total(own, ({ expired }) => expired),
    tranches: own.map((position) =>
      trancheOf(
        isDrawn(contract) ? position : { ...position, shortfall: 0n, lost: 0n, unknown: null },
        forecasts.find(({ tranche }) => tranche === position.tranche),
      ),
    ),
    burn: burnOf(own, state, at),
    exits: exitsView(contract, Math.floor(at / DAY_MS) * DAY_MS, left),
  };
}

/** Where a statement counts at this moment: one of a later day is not known yet. */
function statementOf(contract: Contract, own: readonly TranchePosition[], at: number): Commitment['stated'] {
  const held = contract.instruments.find(({ id }) => id === own[0]?.instrument);
  const opening = held?.kind === 'spend' || held?.kind === 'credit' ? openingOf(held) : undefined;
  if (opening === undefined || opening.until - DAY_MS >= at) return null;
  return {
    amount: total(own, ({ stated }) => stated),
    until: lastDayText(opening.until),
    source: opening.source,
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
    stated: moneyToDecimal(position.stated),
    unknown:
      position.unknown === null
        ? null
        : { from: dayText(position.unknown.from), until: dayText(position.unknown.until - 1) },
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

/** By day, thinned evenly where there are more days than a picture has places. What is stated stands on the last day that it counts. */
function burnOf(own: readonly TranchePosition[], { standing, pools }: DrawDown, at: number): Commitment['burn'] {
  const byDay = new Map<number, Money>();
  const pool = pools.find(
    ({ contract, instrument }) => contract === own[0]?.contract && instrument === own[0].instrument,
  );
  if (pool?.opening !== undefined)
    byDay.set(
      pool.opening.until - DAY_MS,
      own.reduce((sum, { stated }) => sum + stated, 0n),
    );
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
