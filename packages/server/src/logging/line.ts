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
  const attributes: Record<string, unknown> = {};
  for (const name in facts) {
    const value = facts[name];
    if (value === undefined || name === 'trace_id' || name === 'span_id') continue;
    attributes[named(name)] = typeof value === 'string' ? clean(value, FACT_MOST) : value;
  }
  const record = {
    timestamp: new Date(at).toISOString(),
    severity_text: level.toUpperCase(),
    severity_number: SEVERITY[level],
    event_name: `weighbridge.${event}`,
    body: clean(message, BODY_MOST),
    trace_id: facts['trace_id'],
    span_id: facts['span_id'],
    attributes,
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
function printable(text: string): string {
  if (!UNPRINTABLE.test(text)) return text;
  return text.replace(
    /(?!\t)[\p{Cc}\u2028\u2029]/gu,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The same, for a text that has none, which is nearly every one: without Unicode's tables a look costs a fifth. */
// oxlint-disable-next-line no-control-regex -- Control characters are what it is for.
const UNPRINTABLE = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]/;

/** Names of our own stand under ours. */
const named = (name: string): string => (name.includes('.') ? name : `weighbridge.${name}`);

/** Twice the bound is looked at, so that a secret at its edge is seen whole. */
function clean(text: string, most: number): string {
  const masked = scrub(text.length > 2 * most ? text.slice(0, 2 * most) : text);
  return masked.length <= most ? masked : `${masked.slice(0, most)}…`;
}
