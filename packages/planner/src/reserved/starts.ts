// Where units can be bought: an offer in a period in which it may begin. How many are bought there is a number of the program: whole
// increments, above a smallest size where that is more than one.
import { refuse, within } from '../numbers/refuse.ts';
import type { MixOffer, MixProblem, Purchase } from './mix-form.ts';
import type { Row, Term } from './solver.ts';

export interface Start {
  readonly offer: string;
  readonly form: MixOffer;
  readonly starts: number;
  /** Names of its variables. */
  readonly key: string;
}

export const startsOf = ({ offers, periods }: MixProblem): Start[] =>
  Object.entries(offers).flatMap(([offer, form], at) =>
    (form.starts ?? periods.map((_, period) => period)).map((starts) => ({
      offer,
      form,
      starts,
      key: `${at}_${starts}`,
    })),
  );

export const runsIn = ({ starts, form }: Pick<Start, 'starts' | 'form'>, period: number): boolean =>
  starts <= period && period < starts + form.term;

/** Whether every whole number of increments is a size that is sold, none among them. */
const inSteps = ({ minimum, increment }: MixOffer): boolean => minimum === 0 || minimum === increment;

/** Units bought: minimum × bought + increment × more, more only where bought; or increment × bought. */
export const unitsOf = ({ form, key }: Start, times: number): Term[] => [
  ...(inSteps(form) ? [] : [{ of: `b${key}`, times: times * form.minimum }]),
  { of: `n${key}`, times: times * form.increment },
];

export const isOf = (purchase: Purchase, start: Start): boolean =>
  purchase.offer === start.offer && purchase.starts === start.starts;

export const wholeOf = (
  starts: readonly Start[],
): { readonly whole: readonly string[]; readonly binary: string[] } => ({
  whole: starts.map(({ key }) => `n${key}`),
  binary: starts.flatMap(({ key, form }) => (inSteps(form) ? [] : [`b${key}`])),
});

export function sizeRows(problem: MixProblem, starts: readonly Start[]): Row[] {
  const rows: Row[] = starts.flatMap((start) =>
    inSteps(start.form)
      ? []
      : [
          {
            terms: [
              { of: `n${start.key}`, times: 1 },
              { of: `b${start.key}`, times: -stepsMost(problem, start) },
            ],
            is: '<=',
            than: 0,
          },
        ],
  );
  for (const [offer, { most }] of Object.entries(problem.offers))
    if (most !== undefined)
      problem.periods.forEach((_, period) => {
        const running = starts.filter((start) => start.offer === offer && runsIn(start, period));
        if (running.length > 0)
          rows.push({ terms: running.flatMap((start) => unitsOf(start, 1)), is: '<=', than: within('most', most) });
      });
  return rows;
}

/** More than the whole demand of the dearest hour takes is never worth buying. */
function stepsMost({ periods }: MixProblem, { form }: Start): number {
  const needs = periods.flatMap(({ blocks }) =>
    blocks.map(({ demand }) =>
      Object.entries(demand).reduce((sum, [workload, work]) => sum + work / (form.carries[workload] ?? Infinity), 0),
    ),
  );
  return Math.ceil(Math.max(0, ...needs) / form.increment) + 1;
}

/** Throws PLAN_INVALID for a purchase that the plan does not allow. */
export function checkGiven(starts: readonly Start[], given: readonly Purchase[]): void {
  const lost = given.find((each) => !starts.some((start) => isOf(each, start)));
  if (lost !== undefined)
    refuse(`a purchase of ${lost.offer} in period ${lost.starts} is none that the plan allows`, 'leave it out');
  for (const { units } of given) within('units', units);
}

/** What a solution buys. */
export const boughtIn = (starts: readonly Start[], of: (name: string) => number): Purchase[] =>
  starts.flatMap((start) => {
    const units = exactUnits(unitsOf(start, 1).reduce((sum, { of: name, times }) => sum + times * of(name), 0));
    return units > 0 ? [{ offer: start.offer, starts: start.starts, units }] : [];
  });

/** A solver's whole number is one but for its tolerance. */
const exactUnits = (units: number): number => Math.round(units * 1e6) / 1e6;
