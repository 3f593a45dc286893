// Limits as they are written, checked for what a schema cannot see and compiled to the rules that lanes count by. The
// daily budget is one of them. A rule that passes here can be kept: its names exist, its zone does, its amount fits.
import { budgetRule, type LimitRule, type LimitWindow } from '@weighbridge/gateway';
import { didYouMean, moneyFromDecimal } from '@weighbridge/kernel';
import { BUDGET_RULE, SOFT_ALERT_AT, type Config, type LimitConfig, type LimitDimension } from '@weighbridge/protocol';
import type { ProblemList } from '@weighbridge/document';
import type { Snapshot } from '@weighbridge/gateway';

const RULES_MOST = 200;
const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
/** Longer windows are calendar months: a rolling one has to be read back from the journal at a start. */
const ROLLING_SECONDS_MOST = 31 * SECONDS.d;
const PICO_PER_NANO = 1000n;

export function compileLimits(config: Config, budget: Snapshot['budget']): readonly LimitRule[] {
  const rules = Object.entries(config.limits.rules).map(([id, rule]) => compileRule(id, rule));
  return budget === undefined ? rules : [budgetRule(budget.daily), ...rules];
}

function compileRule(id: string, rule: LimitConfig): LimitRule {
  const { measure, amount, where, members } = rule;
  return {
    id,
    measure,
    amount: String(measure === 'money' ? moneyFromDecimal(String(amount)) / PICO_PER_NANO : amount),
    window: windowOf(rule),
    per: [...new Set(rule.per)].toSorted(),
    where: Object.fromEntries(Object.entries(where).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    members,
    ...kindOf(rule),
  };
}

function kindOf({ kind, hold, alert_at: alertAt }: LimitConfig): Pick<LimitRule, 'soft' | 'hold' | 'alertAt'> {
  const shares = alertAt ?? (kind === 'soft' ? SOFT_ALERT_AT : []);
  return {
    ...(kind === 'soft' ? { soft: true } : {}),
    ...(hold === undefined || hold === 'most' ? {} : { hold: Number(hold.slice(1)) }),
    ...(shares.length === 0 ? {} : { alertAt: [...new Set(shares)].toSorted((a, b) => a - b) }),
  };
}

function windowOf({ window, zone }: LimitConfig): LimitWindow | null {
  if (window === undefined) return null;
  const seconds = secondsOf(window);
  if (seconds !== null) return { kind: 'rolling', seconds };
  return { kind: 'calendar', unit: window as 'day', zone: zone ?? 'UTC' };
}

/** Of a duration; null for the name of a calendar window. */
function secondsOf(window: string): number | null {
  const match = /^(\d+)([smhd])$/.exec(window);
  return match === null ? null : Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS];
}

export function checkLimits(config: Config, problems: ProblemList): void {
  const rules = Object.entries(config.limits.rules);
  if (rules.length > RULES_MOST)
    problems.error(
      ['limits', 'rules'],
      `there are ${rules.length} limits`,
      `keep ${RULES_MOST}: each call looks at all that are about it`,
      'key',
    );
  for (const [id, rule] of rules) {
    const path = ['limits', 'rules', id];
    if (id === BUDGET_RULE)
      problems.error(
        path,
        `"${id}" is the name of the budget that \`budget.daily\` sets`,
        'give this limit another name',
        'key',
      );
    checkAmount(path, rule, problems);
    checkKind(path, rule, problems);
    checkWindow(path, rule, problems);
    checkWhere(path, rule, config, problems);
    checkKept(path, rule, config, problems);
  }
}

type Path = readonly (string | number)[];

function checkAmount(path: Path, { measure, amount }: LimitConfig, problems: ProblemList): void {
  if ((measure === 'money') === (typeof amount === 'string')) return;
  const at = [...path, 'amount'];
  if (measure === 'money')
    problems.error(at, 'an amount of money is written as text, so that no digit of it is lost', `write '${amount}.00'`);
  else
    problems.error(
      at,
      `${measure} are counted, and "${amount}" is written as money`,
      'write a whole number without quotes',
    );
}

function checkKind(
  path: Path,
  { kind, hold, measure, amount, alert_at: alertAt }: LimitConfig,
  problems: ProblemList,
): void {
  if (hold !== undefined && kind === 'hard')
    problems.error(
      [...path, 'hold'],
      'a hard limit holds the most that a call could take, or it could be overrun',
      'take the line out, or write `kind: soft`',
    );
  if (hold !== undefined && measure === 'concurrency')
    problems.error([...path, 'hold'], 'a call is one call at a time, whatever it takes', 'take the line out');
  if (Number(amount) > 0) return;
  if (kind === 'soft')
    problems.error(
      [...path, 'amount'],
      'a soft limit of 0 refuses nothing and has no share to tell of',
      'write more than 0',
    );
  else if (alertAt !== undefined)
    problems.error([...path, 'alert_at'], 'of an amount of 0 there is no share to tell of', 'take the line out');
}

function checkWindow(path: Path, { measure, window, zone }: LimitConfig, problems: ProblemList): void {
  if (measure === 'concurrency') {
    if (window !== undefined)
      problems.error([...path, 'window'], 'concurrency is of this moment and has no window', 'take the line out');
    if (zone !== undefined)
      problems.error([...path, 'zone'], 'concurrency has no window, so no zone', 'take the line out');
    return;
  }
  if (window === undefined)
    return problems.error(
      path,
      `a limit of ${measure} needs a window`,
      'add `window: day`, or a duration such as `window: 60s`',
      'key',
    );
  const seconds = secondsOf(window);
  if (seconds !== null && seconds > ROLLING_SECONDS_MOST)
    problems.error([...path, 'window'], `${window} is longer than 31 days`, 'write `31d` or less, or `month`');
  if (zone === undefined) return;
  if (seconds !== null)
    problems.error(
      [...path, 'zone'],
      'a rolling window is the same in every zone',
      'take the line out, or name a calendar window',
    );
  else if (!isZone(zone))
    problems.error(
      [...path, 'zone'],
      `there is no time zone "${zone}"`,
      'write an IANA name, for example Europe/Berlin, or UTC',
    );
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Days that a window reaches back at most. */
const WINDOW_DAYS = { minute: 1, hour: 1, day: 2, week: 8, month: 32 } as const;

/** A start counts again from the records of calls: what is deleted before the window ends would be handed out twice. */
function checkKept(path: Path, { window }: LimitConfig, { retention }: Config, problems: ProblemList): void {
  if (retention === undefined || window === undefined) return;
  const seconds = secondsOf(window);
  const days = seconds === null ? WINDOW_DAYS[window as keyof typeof WINDOW_DAYS] : Math.ceil(seconds / SECONDS.d) + 2;
  if (Number.parseInt(retention.records, 10) >= days) return;
  problems.error(
    [...path, 'window'],
    `records of calls are deleted after ${retention.records}, so a restart could not count this window again`,
    `keep them for ${days}d or more under \`retention.records\`, or take a shorter window`,
  );
}

/** What a file can name and then leads nowhere; of persons and end users it knows no list. */
function checkWhere(path: Path, { where }: LimitConfig, config: Config, problems: ProblemList): void {
  const keys = Object.entries(config.keys);
  const named: Partial<Record<LimitDimension, readonly string[]>> = {
    organisation: [config.organisation],
    route: Object.keys(config.routes),
    deployment: Object.keys(config.deployments),
    key: keys.map(([name]) => name),
  };
  for (const [dimension, values] of Object.entries(where) as [LimitDimension, readonly string[]][]) {
    const known = named[dimension];
    for (const [index, value] of values.entries()) {
      if (known === undefined || known.includes(value)) continue;
      const near = didYouMean(value, known);
      problems.error(
        [...path, 'where', dimension, index],
        `there is no ${dimension} "${value}", so this limit would hold nothing`,
        near === undefined ? `known: ${known.slice(0, 20).join(', ') || 'none'}` : `did you mean "${near}"?`,
      );
    }
  }
}
