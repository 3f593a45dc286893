// Where limits stand, for people and programs: read from the counters that lanes admit by, or from the same counters filled
// from the log where nobody runs. Only looks: what is told is bounded, and no call waits for it.
import { inForceAt } from './in-force.ts';
import type { Blobs } from './blobs.ts';
import { readSeen } from './limits-seen.ts';
import { Limits, limitMemory, type LimitRule, type Listed } from '@weighbridge/gateway';
import { moneyToDecimal } from '@weighbridge/kernel';
import type { Journal } from '@weighbridge/journal';
import { LIMIT_COUNTERS_MOST, type ControlAnswer, type LimitRow } from '@weighbridge/protocol';

type Answer = ControlAnswer<'limits'>;
const PICO_PER_NANO = 1000n;
const CURRENCY = 'USD';

export function limitsView(limits: Limits, facts: Pick<Answer, 'at' | 'source' | 'simulated'>): Answer {
  const ordered = limits.rules.toSorted((a, b) => (a.rule.id < b.rule.id ? -1 : 1));
  const rows = ordered.map((ruled): LimitRow => {
    const { rule, amount, clock } = ruled;
    const { rows: listed, members } = limits.list(ruled, facts.at, LIMIT_COUNTERS_MOST);
    // The one for all stands there before anything is counted.
    const empty = rule.per.length === 0 && members === 0;
    const told = empty
      ? [{ label: '', shared: false, used: 0n, held: 0n, roomAt: amount > 0n ? facts.at : Infinity }]
      : listed;
    return {
      id: rule.id,
      measure: rule.measure,
      amount: decimalOf(rule, amount),
      window: windowOf(rule),
      turns_at: rule.window?.kind === 'calendar' ? clock.end(clock.step(facts.at)) : null,
      per: [...rule.per],
      where: Object.fromEntries(Object.entries(rule.where).map(([name, values]) => [name, [...values]])),
      real_only: rule.real === true,
      counters: told.map((one) => counterOf(rule, amount, one)),
      more: members > listed.length ? members - listed.length : 0,
    };
  });
  return { ...facts, currency: CURRENCY, rows };
}

function counterOf(rule: LimitRule, amount: bigint, one: Listed): LimitRow['counters'][number] {
  const { label, shared, used, held, roomAt } = one;
  return {
    of: rule.per.length === 0 ? 'all' : shared ? 'shared' : 'member',
    names: rule.per.length === 0 || shared ? [] : namesOf(label, rule.per.length),
    used: decimalOf(rule, used),
    held: decimalOf(rule, held),
    left: decimalOf(rule, used < amount ? amount - used : 0n),
    room_at: used < amount || roomAt === Infinity ? null : Math.ceil(roomAt),
  };
}

/** Of several names a counter keeps their list as JSON, which may have been cut. */
function namesOf(label: string, dimensions: number): string[] {
  if (dimensions === 1) return [label];
  try {
    return JSON.parse(label) as string[];
  } catch {
    return label.slice(2).split('","');
  }
}

const decimalOf = ({ measure }: LimitRule, units: bigint): string =>
  measure === 'money' ? moneyToDecimal(units * PICO_PER_NANO) : String(units);

function windowOf({ window }: LimitRule): LimitRow['window'] {
  if (window === null) return null;
  return window.kind === 'calendar' ? { calendar: window.unit, zone: window.zone } : { seconds: window.seconds };
}

/**
 * As the log has it while nobody runs: by the configuration that was in force last, and what is sealed. Calls that a killed
 * run left open are counted, with all they held, when the next one starts. Throws JOURNAL_CORRUPT.
 */
export function limitsAtRest(
  journal: Pick<Journal, 'entries' | 'groups' | 'checkpoint' | 'records'>,
  blobs: Blobs,
  file: string,
  now: number,
): Limits {
  const snapshot = inForceAt(journal, blobs, Infinity)?.snapshot;
  const rules = snapshot?.limits ?? [];
  const memory = limitMemory(rules);
  if (snapshot !== undefined) readSeen(journal, snapshot, memory, file, now);
  return new Limits(rules, memory);
}
