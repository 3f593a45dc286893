// Days: none reversed, no milestone outside the term or over another one, no ramp that goes back.
import type { DocumentPath, ProblemList } from '@weighbridge/document';
import type { Contract, InstrumentOf } from './contract.ts';
import { CONTRACT_MOST, DAY_MS, dayText, lastDayText } from './fields.ts';

export interface Period {
  readonly from: number;
  readonly until: number;
}

export const periodText = ({ from, until }: Period): string => `${dayText(from)} to ${lastDayText(until)}`;

export function checkPeriods(contract: Contract, problems: ProblemList): void {
  checkOrder(contract.term, ['term'], problems);
  for (const [index, price] of contract.prices.entries()) checkOrder(price, ['prices', index], problems);
  for (const [index, instrument] of contract.instruments.entries()) {
    const path = ['instruments', index];
    if (instrument.kind === 'spend') checkMilestones(contract, instrument, path, problems);
    if (instrument.kind === 'credit') checkOrder(instrument, path, problems);
    if (instrument.kind === 'capacity') checkRamp(instrument, path, problems);
    if (instrument.kind === 'option' && instrument.exercise !== undefined) {
      checkOrder(instrument.exercise, [...path, 'exercise'], problems);
      checkNotice(instrument.exercise, instrument.exercise.notice_days ?? 0, [...path, 'exercise'], problems);
    }
    if (instrument.kind === 'exit') {
      checkOrder(instrument.window, [...path, 'window'], problems);
      checkNotice(instrument.window, instrument.notice_days, path, problems);
    }
  }
}

export function checkOrder(period: Period, path: DocumentPath, problems: ProblemList): void {
  if (period.until > period.from) return;
  problems.error(
    [...path, 'until'],
    `it ends on ${lastDayText(period.until)}, before it begins on ${dayText(period.from)}`,
    'exchange the two days, or correct one of them',
  );
}

function checkMilestones(
  { term }: Contract,
  { milestones }: InstrumentOf<'spend'>,
  path: DocumentPath,
  problems: ProblemList,
): void {
  for (const [index, milestone] of milestones.entries()) {
    const at = [...path, 'milestones', index];
    checkOrder(milestone, at, problems);
    if (milestone.from < term.from || milestone.until > term.until)
      problems.error(
        at,
        `${milestone.id} (${periodText(milestone)}) lies outside the term (${periodText(term)})`,
        'move the milestone into the term, or correct the term',
      );
  }
  checkApart(milestones, [...path, 'milestones'], 'milestone', problems);
}

/** Periods in the order of the text: each begins when the one before has ended, or later. */
function checkApart(periods: readonly Period[], path: DocumentPath, what: string, problems: ProblemList): void {
  for (const [index, period] of periods.entries()) {
    const before = periods[index - 1];
    if (before === undefined || period.from >= before.until) continue;
    problems.error(
      [...path, index, 'from'],
      `this ${what} (${periodText(period)}) begins before the one above it has ended (${periodText(before)})`,
      `let it begin on ${dayText(before.until)} or later, and keep them in order of time`,
    );
  }
}

function checkRamp({ ramp, until }: InstrumentOf<'capacity'>, path: DocumentPath, problems: ProblemList): void {
  const first = ramp[0]?.month ?? until;
  if (until - first > CONTRACT_MOST.capacity_years * 366 * DAY_MS)
    problems.error(
      [...path, 'until'],
      `the capacity runs to ${lastDayText(until)}, more than ${CONTRACT_MOST.capacity_years} years`,
      'correct the day',
    );
  for (const [index, step] of ramp.entries()) {
    const before = ramp[index - 1];
    const at = [...path, 'ramp', index, 'month'];
    if (before !== undefined && step.month <= before.month)
      problems.error(
        at,
        `the ramp goes back in time: ${monthText(step.month)} stands after ${monthText(before.month)}`,
        'put the steps in order of time, one for each month in which the quantity changes',
      );
    if (step.month >= until)
      problems.error(
        at,
        `the step of ${monthText(step.month)} comes after the capacity has ended on ${lastDayText(until)}`,
        'leave the step out, or let the capacity end later',
      );
  }
}

const monthText = (at: number): string => dayText(at).slice(0, 7);

function checkNotice(window: Period, days: number, path: DocumentPath, problems: ProblemList): void {
  if (window.until <= window.from || days * DAY_MS <= window.until - window.from) return;
  problems.error(
    [...path, 'notice_days'],
    `a notice of ${days} days is longer than the window (${periodText(window)}), so nobody could use it`,
    'lengthen the window or shorten the notice; where notice may be given earlier, let the window begin there',
  );
}
