// One line of the log as JSON: the fields of OpenTelemetry's log data model
// (https://opentelemetry.io/docs/specs/otel/logs/data-model/) in lower case, in this order, each line whole by itself and
// with a bound. What it is about stands under names that do not change; the words are for people.
import type { LogLevel } from '@weighbridge/protocol';
import { LOG_EVENTS, type LogEvent, type LogFacts } from './events.ts';
import { scrub } from './scrub.ts';

export interface LogRecordOf {
  /** UTC milliseconds. */
  readonly at: number;
  readonly event: LogEvent;
  readonly message: string;
  readonly facts?: LogFacts | undefined;
}

/** https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const SEVERITY: Readonly<Record<LogLevel, number>> = { debug: 5, info: 9, warn: 13, error: 17 };
const BODY_MOST = 8_192;
const FACT_MOST = 1_024;

export function jsonLine(
  { at, event, message, facts = {} }: LogRecordOf,
  resource: Readonly<Record<string, string>>,
): string {
  const level = LOG_EVENTS[event];
  const { trace_id, span_id, ...rest } = facts;
  const record = {
    timestamp: new Date(at).toISOString(),
    severity_text: level.toUpperCase(),
    severity_number: SEVERITY[level],
    event_name: `weighbridge.${event}`,
    body: clean(message, BODY_MOST),
    trace_id,
    span_id,
    attributes: Object.fromEntries(
      Object.entries(rest).flatMap(([name, value]) =>
        value === undefined ? [] : [[named(name), typeof value === 'string' ? clean(value, FACT_MOST) : value]],
      ),
    ),
    resource,
  };
  return `${printable(JSON.stringify(record))}\n`;
}

/** For a person: what goes on in further lines is set in, so that nothing that is quoted looks like a line of its own. */
export const textLine = (message: string): string =>
  `${scrub(message)
    .split('\n')
    .map((line, index) => (index === 0 || line.startsWith('  ') ? printable(line) : `  ${printable(line)}`))
    .join('\n')}\n`;

/** A terminal obeys control characters. JSON escapes most of them itself; this is also how it writes the others. */
const printable = (text: string): string =>
  text.replace(/(?!\t)[\p{Cc}\u2028\u2029]/gu, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Names of our own stand under ours. */
const named = (name: string): string => (name.includes('.') ? name : `weighbridge.${name}`);

/** Twice the bound is looked at, so that a secret at its edge is seen whole. */
const clean = (text: string, most: number): string => {
  const masked = scrub(text.slice(0, 2 * most));
  return masked.length <= most ? masked : `${masked.slice(0, most)}…`;
};
