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
  return `${JSON.stringify({
    timestamp: new Date(at).toISOString(),
    severity_text: level.toUpperCase(),
    severity_number: SEVERITY[level],
    event_name: `weighbridge.${event}`,
    body: bounded(scrub(message), BODY_MOST),
    trace_id,
    span_id,
    attributes: Object.fromEntries(
      Object.entries(rest).flatMap(([name, value]) =>
        value === undefined
          ? []
          : [[named(name), typeof value === 'string' ? bounded(scrub(value), FACT_MOST) : value]],
      ),
    ),
    resource,
  })}\n`;
}

/** Names of our own stand under ours. */
const named = (name: string): string => (name.includes('.') ? name : `weighbridge.${name}`);

const bounded = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most)}…`);
