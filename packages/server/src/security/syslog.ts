// Syslog as RFC 5424 has it, in the framings of RFC 6587 (octet counting, over TCP), RFC 5425 (the same over TLS) and RFC 5426
// (a datagram each). A message is ASCII: what JSON holds beyond it is escaped, so nobody has to guess an encoding.
import type { SecurityEventName } from '@weighbridge/protocol';

export interface SyslogPlace {
  readonly facility: number;
  readonly host: string;
  readonly pid: number;
}

/** By `severity_id` of OCSF: debug is never used, and nothing here is an emergency of the whole machine. */
const SEVERITY = [6, 6, 5, 4, 3, 2] as const;
const HOST_MOST = 255;
const ID_MOST = 32;

export interface SyslogMessage {
  readonly at: number;
  /** `severity_id` of OCSF. */
  readonly severity: number;
  readonly event: SecurityEventName;
  readonly json: string;
}

export function syslogText({ at, severity, event, json }: SyslogMessage, { facility, host, pid }: SyslogPlace): string {
  const priority = facility * 8 + (SEVERITY[severity] ?? 6);
  const header = `<${priority}>1 ${new Date(at).toISOString()} ${word(host, HOST_MOST)} weighbridge ${pid} ${word(event, ID_MOST)} -`;
  return `${header} ${ascii(json)}`;
}

const SHORT_CHARS = 1000;

/** For where it does not fit: the event as it is, its sentence cut, and what belongs to no attribute left out and counted. */
export function shortened(message: SyslogMessage): SyslogMessage {
  const event = JSON.parse(message.json) as Readonly<Record<string, unknown>>;
  const { message: told } = event;
  const text = typeof told === 'string' ? told.slice(0, SHORT_CHARS) : '';
  const cut = { cut_from_bytes: Buffer.byteLength(message.json) };
  return { ...message, json: JSON.stringify({ ...event, message: text.toWellFormed(), unmapped: cut }) };
}

/** `LENGTH SPACE MESSAGE`: whatever stands in a message, the next one begins where this one says. */
export const octetCounted = (text: string): string => `${Buffer.byteLength(text)} ${text}`;

/** Printable, without spaces; `-` where nothing is left. */
function word(text: string, most: number): string {
  const clean = text.replace(/[^\x21-\x7e]/g, '').slice(0, most);
  return clean === '' ? '-' : clean;
}

/** Within JSON text everything beyond ASCII stands in strings, where it may be escaped. */
const ascii = (json: string): string =>
  json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
