// What limits mean, written as plainly as can be and apart from how they are kept: every leg that was ever admitted is in
// a list, and what counts at a moment is added up from it anew. It shares nothing with the product but the form of a rule.
import type { CallFacts, LimitRule } from '@weighbridge/gateway';
import type { LimitDimension } from '@weighbridge/protocol';

export interface ModelLeg {
  readonly at: number;
  readonly deployment: string;
  input: number;
  output: number;
  money: bigint;
}

export interface ModelCall {
  readonly id: string;
  /** Without the deployment, which a leg has. */
  readonly facts: CallFacts;
  /** When it was first counted. */
  at: number;
  legs: ModelLeg[];
  /** The leg in flight. */
  sent: ModelLeg | null;
  /** In flight, and counted as one call. */
  open: boolean;
}

export type Calls = readonly ModelCall[];

const PARTS = 20;

/** The least and the most that may count for a member at `now`: they are one but for rolling windows, which are kept in parts. */
export interface Range {
  readonly least: bigint;
  readonly most: bigint;
}

export function usedBy(rule: LimitRule, member: string, calls: Calls, now: number): Range {
  const sum = (late: number): bigint => {
    let total = 0n;
    for (const call of calls) {
      if (isPerLeg(rule)) {
        for (const leg of call.legs) {
          const facts = { ...call.facts, deployment: leg.deployment };
          if (!concerns(rule, facts, member)) continue;
          if (rule.measure === 'concurrency') total += call.sent === leg ? 1n : 0n;
          else if (counts(rule, leg.at, now, late)) total += unitsOf(rule, leg);
        }
      } else if (concerns(rule, call.facts, member)) {
        if (rule.measure === 'concurrency') total += call.open ? 1n : 0n;
        else if ((call.open || call.legs.length > 0) && counts(rule, call.at, now, late)) total += 1n;
      }
    }
    return total;
  };
  return { least: sum(0), most: sum(1) };
}

const isPerLeg = ({ measure, per, where }: LimitRule): boolean =>
  !['requests', 'concurrency'].includes(measure) || per.includes('deployment') || where.deployment !== undefined;

const concerns = (rule: LimitRule, facts: CallFacts, member: string): boolean =>
  isAbout(rule, facts) && memberOf(rule, facts) === member;

export const isAbout = ({ where }: LimitRule, facts: CallFacts): boolean =>
  (Object.entries(where) as [LimitDimension, readonly string[]][]).every(([name, values]) =>
    values.includes(facts[name]),
  );

export function memberOf({ per }: LimitRule, facts: CallFacts): string {
  const values = per.map((name) => facts[name]);
  return values.length === 1 ? (values[0] ?? '') : values.length === 0 ? '' : JSON.stringify(values);
}

export function unitsOf(
  { measure }: LimitRule,
  { input, output, money }: Pick<ModelLeg, 'input' | 'output' | 'money'>,
): bigint {
  if (measure === 'money') return money / 1000n + (money % 1000n === 0n ? 0n : 1n);
  if (measure === 'tokens') return BigInt(input + output);
  if (measure === 'input_tokens') return BigInt(input);
  return measure === 'output_tokens' ? BigInt(output) : 1n;
}

/** `late`: 1 where a rolling window may still count what is up to one part too old. */
function counts({ window }: LimitRule, at: number, now: number, late: number): boolean {
  if (window === null) return true;
  if (window.kind === 'rolling') {
    const ms = window.seconds * 1000;
    return at > now - ms - (late * ms) / PARTS;
  }
  return calendarName(window.unit, window.zone, at) === calendarName(window.unit, window.zone, now);
}

const names = new Map<string, string>();
const NAMES_MOST = 100_000;

function calendarName(unit: string, zone: string, at: number): string {
  const key = `${unit} ${zone} ${at}`;
  const known = names.get(key);
  if (known !== undefined) return known;
  if (names.size >= NAMES_MOST) names.clear();
  const name = nameOf(unit, zone, at);
  names.set(key, name);
  return name;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The window as a calendar on the wall there would name it. */
function nameOf(unit: string, zone: string, at: number): string {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      weekday: 'short',
      hourCycle: 'h23',
      timeZoneName: 'longOffset',
    });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const { year = '', month = '', day = '', hour = '', minute = '', weekday = '', timeZoneName = '' } = parts;
  if (unit === 'month') return `${year}-${month}`;
  if (unit === 'day') return `${year}-${month}-${day}`;
  if (unit === 'week') {
    const back = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(weekday);
    return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day) - back)).toISOString();
  }
  const clock = unit === 'hour' ? hour : `${hour}:${minute}`;
  return `${year}-${month}-${day} ${clock} ${timeZoneName}`;
}
