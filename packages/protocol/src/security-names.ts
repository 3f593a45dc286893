// What a security event can be, by name. Apart from the configuration's schema, so that whoever only shows them needs no
// validator.

export const SECURITY_EVENT_NAMES = [
  'auth_failed',
  'session_opened',
  'session_ended',
  'key_created',
  'key_revoked',
  'log_key_changed',
  'policy_denied',
  'limit_exceeded',
  'config_activated',
  'config_refused',
  'started',
  'stopped',
  'evidence_disclosed',
  'records_pruned',
  'subject_erased',
  'log_recovered',
  'tamper_found',
  'alert_raised',
  'bypass_opened',
  'bypass_closed',
  'events_dropped',
  'test',
] as const;
export type SecurityEventName = (typeof SECURITY_EVENT_NAMES)[number];

/** How a destination of security events stands. */
export interface SecurityState {
  readonly name: string;
  readonly kind: 'file' | 'syslog';
  /** `idle`: nothing was sent yet. */
  readonly state: 'idle' | 'up' | 'failing';
  readonly problem: string | null;
  /** Since the start. */
  readonly sent: number;
  /** In no journal, and without room while the destination took nothing. */
  readonly dropped: number;
  readonly waiting: number;
  /** Entries of the log that were not looked at for it yet. */
  readonly behind: number;
  readonly sent_at: number | null;
}
