// Security events in the form of OCSF 1.6.0: identifiers, activities and what each class requires are those of the published
// schema, written down here a second time; and what entries of the log become.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogRecord } from '@weighbridge/journal';
import { SECURITY_EVENT_NAMES, type EntryKind, type SecurityEventName } from '@weighbridge/protocol';
import type { SecurityEvent } from '../../src/security/event.ts';
import { fromJournal } from '../../src/security/from-journal.ts';
import { toOcsf } from '../../src/security/ocsf.ts';

const PLACE = { organisation: 'acme', node: 'n1', log: 'live' };
const AT = Date.UTC(2026, 10, 30, 12);

/** By class of the schema: caption, category, captions of activities, and attributes that it requires. */
const CLASSES: Readonly<Record<number, [string, string, Readonly<Record<number, string>>, readonly string[]]>> = {
  0: ['Base Event', 'Uncategorized', { 99: 'Other' }, []],
  2004: ['Detection Finding', 'Findings', { 1: 'Create', 2: 'Update', 3: 'Close' }, ['finding_info']],
  3002: ['Authentication', 'Identity & Access Management', { 1: 'Logon', 2: 'Logoff' }, ['user', 'service']],
  3004: ['Entity Management', 'Identity & Access Management', { 1: 'Create', 3: 'Update', 9: 'Disable' }, ['entity']],
  6002: ['Application Lifecycle', 'Application Activity', { 3: 'Start', 4: 'Stop', 8: 'Update' }, ['app']],
  6003: [
    'API Activity',
    'Application Activity',
    { 1: 'Create', 2: 'Read', 4: 'Delete' },
    ['actor', 'api', 'src_endpoint'],
  ],
  6008: ['Application Error', 'Application Activity', { 1: 'General Error' }, []],
};
const SEVERITIES = ['Unknown', 'Informational', 'Low', 'Medium', 'High', 'Critical'];

const event = (name: SecurityEventName, more: Partial<SecurityEvent> = {}): SecurityEvent => ({
  event: name,
  uid: 'u1',
  at: AT,
  message: 'what happened',
  ...more,
});

for (const name of SECURITY_EVENT_NAMES)
  test(`${name} has the identifiers of its class and what the class requires`, () => {
    const made = JSON.parse(JSON.stringify(toOcsf(event(name), PLACE))) as Record<string, unknown>;
    const [caption, category, activities, required] =
      CLASSES[Number(made['class_uid'])] ?? assert.fail('a known class');
    assert.deepEqual([made['class_name'], made['category_name']], [caption, category]);
    assert.equal(made['category_uid'], Math.floor(Number(made['class_uid']) / 1000));
    assert.equal(made['activity_name'], activities[Number(made['activity_id'])]);
    assert.equal(made['type_uid'], Number(made['class_uid']) * 100 + Number(made['activity_id']));
    assert.equal(made['severity'], SEVERITIES[Number(made['severity_id'])]);
    assert.ok(typeof made['status_id'] === 'number' && made['time'] === AT);
    for (const attribute of required) assert.ok(made[attribute] !== undefined, `${name} lacks ${attribute}`);
    assert.deepEqual(made['metadata'], {
      event_code: `weighbridge.${name}`,
      log_name: 'live',
      product: { name: 'Weighbridge', vendor_name: 'Weighbridge', version: '0.1.0' },
      tenant_uid: 'acme',
      uid: 'u1',
      version: '1.6.0',
    });
  });

test('who, from where, how often and since when stand where the schema has them', () => {
  const failed = toOcsf(
    event('auth_failed', {
      key: 'k1',
      address: '192.0.2.7',
      code: 'KEY_INVALID',
      count: { times: 9, from: AT, to: AT + 5 },
    }),
    PLACE,
  );
  assert.deepEqual(
    [
      failed['type_uid'],
      failed['status'],
      failed['status_code'],
      failed['count'],
      failed['start_time'],
      failed['end_time'],
    ],
    [300201, 'Failure', 'KEY_INVALID', 9, AT, AT + 5],
  );
  assert.deepEqual(
    [failed['user'], failed['src_endpoint']],
    [{ uid: 'k1', type_id: 4, type: 'Service' }, { ip: '192.0.2.7' }],
  );
  const session = toOcsf(event('session_opened', { by: { via: 'console', session: 's1' } }), PLACE);
  assert.deepEqual([session['type_uid'], session['session']], [300201, { uid: 's1' }]);
});

const record = (kind: EntryKind, groups: Readonly<Record<string, object>>): LogRecord => ({
  index: 7,
  text: '',
  leaf: {
    kind,
    id: '01KB0000000000000000000000',
    at: AT,
    v: 1,
    groups: {},
    by: { build: 't', epoch: 1, lane: 0, node: 'n1', seq: 1 },
  },
  groups: Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, JSON.stringify(value)])),
});

test('entries of the log become events: keys, sessions, configurations, erasures, alerts, statements about the log', () => {
  const by = { via: 'socket' } as const;
  const cases: readonly (readonly [SecurityEventName, LogRecord])[] = [
    [
      'key_created',
      record('key', { commercial: { action: 'create', id: 'k1', name: 'ada', hmac: 'secret-hmac', by } }),
    ],
    ['key_revoked', record('key', { commercial: { action: 'revoke', id: 'k1', reason: 'gone', by } })],
    ['session_opened', record('session', { commercial: { action: 'open', session: 's1', by } })],
    ['session_ended', record('session', { commercial: { action: 'end', session: 's1', by } })],
    ['config_activated', record('config', { commercial: { digest: 'd1', cause: 'the file changed', by } })],
    ['subject_erased', record('erasure', { commercial: { subject_digest: 'x', by } })],
    ['tamper_found', record('alert', { commercial: { alert: 'witness', about: 'w', message: 'contradicts' } })],
    ['alert_raised', record('alert', { commercial: { alert: 'unpriced', about: 'd', message: 'no price' } })],
    ['bypass_opened', record('bypass', { public: { action: 'open', bypass: 'b', opened: AT } })],
    ['bypass_closed', record('bypass', { public: { action: 'close', bypass: 'b', calls: 3, sealed: 2, lost: 1 } })],
    ['log_key_changed', record('log_key', { public: {} })],
    ['records_pruned', record('pruned', { public: {} })],
    ['log_recovered', record('recovery', { public: {} })],
    ['log_recovered', record('restore', { public: {} })],
  ];
  for (const [name, entry] of cases) {
    const made = fromJournal(entry, () => null) ?? assert.fail(name);
    assert.deepEqual([made.event, made.uid, made.at, made.repeats], [name, entry.leaf.id, AT, undefined]);
    assert.ok(!JSON.stringify(toOcsf(made, PLACE)).includes('secret-hmac'));
  }
});

test('of calls only those that policy or a limit turned away are told, by key, and as repeats of each other', () => {
  const call = (outcome: string, code: string, limit?: string): LogRecord =>
    record('call', {
      public: { outcome, error: { code, message: 'planted words' } },
      commercial: limit === undefined ? {} : { limit: { rule: limit } },
    });
  const who = () => ({ who: { organisation: 'acme', key: 'k1', principal: 'planted person' } });
  const denied = fromJournal(call('refused', 'POLICY_DENIED'), who);
  const limited = fromJournal(call('refused', 'LIMIT_EXCEEDED', 'each-user'), who);
  assert.deepEqual(
    [denied?.event, denied?.key, limited?.event, limited?.about],
    ['policy_denied', 'k1', 'limit_exceeded', { name: 'each-user' }],
  );
  assert.ok(denied?.repeats !== undefined && denied.repeats !== limited?.repeats);
  assert.ok(!JSON.stringify([denied, limited]).includes('planted'));
  assert.equal(fromJournal(call('refused', 'MODEL_UNKNOWN'), who), null);
  assert.equal(fromJournal(call('completed', 'NONE'), who), null);
});
