// Security events that are entries of the journal already: read from there, so that none is missed over a restart or while
// nobody listens. Persons are left out: a key by its id, a session by its own, a subject by its keyed digest.
import type { LogRecord } from '@weighbridge/journal';
import type { Actor, BypassChange, CallCommercial, CallPersonal, CallPublic, EntryKind } from '@weighbridge/protocol';
import type { SecurityEvent } from './event.ts';

export const SECURITY_KINDS: readonly EntryKind[] = [
  'alert',
  'bypass',
  'call',
  'config',
  'erasure',
  'key',
  'log_key',
  'pruned',
  'recovery',
  'restore',
  'session',
];

type Parts = Pick<SecurityEvent, 'event' | 'message'> & Partial<SecurityEvent>;
/** `personal`: of a call, read only where it is asked for. */
type Read = (record: LogRecord, personal: () => CallPersonal | null) => Parts | null;

const commercial = ({ groups }: LogRecord): unknown =>
  groups.commercial === undefined ? null : JSON.parse(groups.commercial);

interface Changed {
  readonly action?: string;
  readonly id?: string;
  readonly name?: string;
  readonly session?: string;
  readonly reason?: string;
  readonly by?: Actor;
}

const by = ({ by: actor }: Changed): Partial<SecurityEvent> => (actor === undefined ? {} : { by: actor });

const ofKey: Read = (record) => {
  const change = commercial(record) as Changed | null;
  if (change?.id === undefined) return null;
  const about = { uid: change.id, ...(change.name === undefined ? {} : { name: change.name }) };
  if (change.action === 'create')
    return {
      event: 'key_created',
      message: `key ${change.id} (${change.name ?? ''}) was created`,
      about,
      ...by(change),
    };
  const more = change.reason === undefined ? {} : { more: { reason: change.reason } };
  return { event: 'key_revoked', message: `key ${change.id} was revoked`, about, ...by(change), ...more };
};

const ofSession: Read = (record) => {
  const change = commercial(record) as Changed | null;
  if (change?.session === undefined) return null;
  const opened = change.action === 'open';
  return {
    event: opened ? 'session_opened' : 'session_ended',
    message: `session ${change.session} of the console was ${opened ? 'opened' : 'ended'}`,
    by: { via: 'console', ...change.by, session: change.session },
  };
};

const ofConfig: Read = (record) => {
  const change = commercial(record) as (Changed & { digest: string; cause: string }) | null;
  if (change === null) return null;
  return {
    event: 'config_activated',
    message: `configuration ${change.digest} came into force: ${change.cause}`,
    about: { uid: change.digest },
    more: { config: change.digest },
    ...by(change),
  };
};

const ofErasure: Read = (record) => {
  const change = commercial(record) as (Changed & { subject_digest: string }) | null;
  if (change === null) return null;
  const about = { uid: change.subject_digest };
  return { event: 'subject_erased', message: 'the key of a subject was destroyed', about, ...by(change) };
};

const ofAlert: Read = (record) => {
  const alert = commercial(record) as { alert: string; about: string; message: string } | null;
  if (alert === null) return null;
  const tampered = alert.alert === 'witness';
  const names = { about: { name: alert.about }, more: { alert: alert.alert } };
  return { event: tampered ? 'tamper_found' : 'alert_raised', message: alert.message, ...names };
};

const LIMITS_REACHED: ReadonlySet<string> = new Set(['LIMIT_EXCEEDED', 'BUDGET_EXCEEDED']);

/** Only of calls that policy or a limit turned away. */
const ofCall: Read = ({ leaf, groups }, personal) => {
  if (groups.public === undefined || !groups.public.includes('"refused"')) return null;
  const { error } = JSON.parse(groups.public) as CallPublic;
  const limited = error !== undefined && LIMITS_REACHED.has(error.code);
  if (error === undefined || (!limited && error.code !== 'POLICY_DENIED')) return null;
  const decided = groups.commercial === undefined ? null : (JSON.parse(groups.commercial) as CallCommercial);
  const limit = decided?.limit?.rule;
  const key = personal()?.who.key ?? 'unknown';
  const what = limited ? `a limit${limit === undefined ? '' : ` (${limit})`} was reached` : 'policy denied a call';
  return {
    event: limited ? 'limit_exceeded' : 'policy_denied',
    message: `${what}: key ${key}, ${error.code}`,
    key,
    code: error.code,
    ...(limit === undefined ? {} : { about: { name: limit } }),
    more: { receipt: leaf.id },
    repeats: `${key} ${error.code} ${limit ?? ''}`,
  };
};

const ofBypass: Read = ({ groups }) => {
  if (groups.public === undefined) return null;
  const change = JSON.parse(groups.public) as BypassChange;
  const about = { name: change.bypass };
  if (change.action === 'open')
    return { event: 'bypass_opened', message: `calls went through the bypass "${change.bypass}" unsealed`, about };
  const { calls, sealed, lost, refused, ended } = change;
  const message = `the bypass "${change.bypass}" was closed: ${calls} calls, ${sealed} sealed afterwards, ${lost} lost`;
  return { event: 'bypass_closed', message, about, more: { calls, sealed, lost, refused, ended } };
};

/** Statements about the log itself are public, and told by their kind. */
const stated =
  (event: SecurityEvent['event'], message: string): Read =>
  () => ({ event, message });

const READ: Readonly<Partial<Record<EntryKind, Read>>> = {
  alert: ofAlert,
  bypass: ofBypass,
  call: ofCall,
  config: ofConfig,
  erasure: ofErasure,
  key: ofKey,
  log_key: stated('log_key_changed', "the log's key was changed, as its entry says"),
  pruned: stated('records_pruned', 'private records were deleted by the policy of retention'),
  recovery: stated('log_recovered', 'the log was recovered after damage; its first entry states the gap'),
  restore: stated('log_recovered', 'the log was restored from a backup'),
  session: ofSession,
};

/** Null: the entry is no security event. */
export function fromJournal(record: LogRecord, personal: () => CallPersonal | null): SecurityEvent | null {
  const { leaf } = record;
  const parts = READ[leaf.kind]?.(record, personal) ?? null;
  return parts === null ? null : { uid: leaf.id, at: leaf.at, ...parts };
}
