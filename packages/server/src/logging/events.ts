// What the instance tells of itself, by name: the one table of its log's events, each with its level. A message is for a
// person and may be worded anew; the name is what a search or an alert goes by, and stays.
import type { LogLevel } from '@weighbridge/protocol';

export const LOG_EVENTS = {
  'server.started': 'info',
  'server.stopping': 'info',
  'server.stopped': 'info',
  'server.failed': 'error',
  'process.crashed': 'error',
  'log.dropped': 'warn',
  'log.file_failed': 'error',
  'log.file_well': 'info',
  'config.activated': 'info',
  'config.unchanged': 'info',
  'config.later': 'info',
  'config.warning': 'warn',
  'config.refused': 'error',
  'config.watched': 'info',
  'call.completed': 'debug',
  'call.failed': 'warn',
  'auth.failed': 'warn',
  'alert.raised': 'warn',
  'alert.unwritten': 'error',
  'alert.channel_failed': 'warn',
  'alert.channel_well': 'info',
  'witness.cosigns': 'info',
  'witness.failed': 'warn',
  'retention.pruned': 'info',
  'retention.failed': 'error',
  'security.failed': 'warn',
  'security.well': 'info',
  'telemetry.failed': 'error',
  'bypass.unsealed': 'error',
  'telemetry.ended': 'error',
  'telemetry.collector_failed': 'warn',
  'telemetry.collector_well': 'info',
  'tables.folded_again': 'warn',
  'tables.incomplete': 'warn',
  'tables.waiting': 'warn',
  'tables.stopped': 'error',
  'tables.ended': 'error',
  'control.port_taken': 'warn',
  'control.live_ended': 'warn',
  'control.export_broke': 'warn',
  'playground.key_left': 'warn',
  'sample.made': 'info',
  'sample.made_anew': 'info',
  'sample.failed': 'warn',
  'claims.lapsed': 'warn',
  'claims.failed': 'error',
  'console.build': 'info',
  'console.build_failed': 'warn',
} as const satisfies Readonly<Record<string, LogLevel>>;
export type LogEvent = keyof typeof LOG_EVENTS;

/** Names, codes, ids and counts; never a secret, never content. Named as in OpenTelemetry's conventions where they have a name. */
export type LogFacts = Readonly<Record<string, string | number | boolean | undefined>>;

/** Tells the operator what happened: in words, under the name of the event, with its facts. Returns at once. */
export type Say = (message: string, event: LogEvent, facts?: LogFacts) => void;

/** As a thread tells the one that has the log. */
export interface SaidMessage {
  readonly said: { readonly message: string; readonly event: LogEvent; readonly facts?: LogFacts };
}

export const sayTo =
  (port: { postMessage(message: SaidMessage): void }): Say =>
  (message, event, facts) =>
    port.postMessage({ said: { message, event, ...(facts === undefined ? {} : { facts }) } });

/** What a thread said, if that is what came. */
export function heard(message: unknown, say: Say): void {
  const { said } = message as Partial<SaidMessage>;
  if (said !== undefined) say(said.message, said.event, said.facts);
}
