// A security event in the form of OCSF (https://schema.ocsf.io/1.6.0), the Open Cybersecurity Schema Framework: numbers and
// captions are of its version 1.6.0, and a test holds each row against them. What the schema has no attribute for stands
// under `unmapped`.
import type { SecurityEventName } from '@weighbridge/protocol';
import { VERSION } from '../version.ts';
import type { SecurityEvent } from './event.ts';

export const OCSF_VERSION = '1.6.0';

/** Identifier, category, and captions of the activities that are used. */
export const OCSF_CLASSES = {
  base: { uid: 0, name: 'Base Event', category: 0, activities: { 99: 'Other' } },
  finding: { uid: 2004, name: 'Detection Finding', category: 2, activities: { 1: 'Create', 3: 'Close' } },
  authentication: { uid: 3002, name: 'Authentication', category: 3, activities: { 1: 'Logon', 2: 'Logoff' } },
  entity: { uid: 3004, name: 'Entity Management', category: 3, activities: { 1: 'Create', 3: 'Update', 9: 'Disable' } },
  lifecycle: {
    uid: 6002,
    name: 'Application Lifecycle',
    category: 6,
    activities: { 3: 'Start', 4: 'Stop', 8: 'Update' },
  },
  api: { uid: 6003, name: 'API Activity', category: 6, activities: { 1: 'Create', 2: 'Read', 4: 'Delete' } },
  error: { uid: 6008, name: 'Application Error', category: 6, activities: { 1: 'General Error' } },
} as const;
type ClassName = keyof typeof OCSF_CLASSES;

const CATEGORIES: Readonly<Record<number, string>> = {
  0: 'Uncategorized',
  2: 'Findings',
  3: 'Identity & Access Management',
  6: 'Application Activity',
};
const SEVERITIES = ['Unknown', 'Informational', 'Low', 'Medium', 'High', 'Critical'] as const;
const STATUSES = {
  success: [1, 'Success'],
  failure: [2, 'Failure'],
  new: [1, 'New'],
  resolved: [4, 'Resolved'],
} as const;

interface Row {
  readonly class: ClassName;
  readonly activity: number;
  readonly status: keyof typeof STATUSES;
  /** `severity_id`, by default; an event of a graver kind raises it. */
  readonly severity: 1 | 2 | 3 | 4 | 5;
}

export const OCSF_ROWS: Readonly<Record<SecurityEventName, Row>> = {
  auth_failed: { class: 'authentication', activity: 1, status: 'failure', severity: 3 },
  session_opened: { class: 'authentication', activity: 1, status: 'success', severity: 1 },
  session_ended: { class: 'authentication', activity: 2, status: 'success', severity: 1 },
  key_created: { class: 'entity', activity: 1, status: 'success', severity: 2 },
  key_revoked: { class: 'entity', activity: 9, status: 'success', severity: 2 },
  log_key_changed: { class: 'entity', activity: 3, status: 'success', severity: 3 },
  policy_denied: { class: 'api', activity: 1, status: 'failure', severity: 3 },
  limit_exceeded: { class: 'api', activity: 1, status: 'failure', severity: 2 },
  config_activated: { class: 'lifecycle', activity: 8, status: 'success', severity: 2 },
  config_refused: { class: 'lifecycle', activity: 8, status: 'failure', severity: 3 },
  started: { class: 'lifecycle', activity: 3, status: 'success', severity: 1 },
  stopped: { class: 'lifecycle', activity: 4, status: 'success', severity: 1 },
  evidence_disclosed: { class: 'api', activity: 2, status: 'success', severity: 2 },
  records_pruned: { class: 'api', activity: 4, status: 'success', severity: 2 },
  subject_erased: { class: 'api', activity: 4, status: 'success', severity: 2 },
  log_recovered: { class: 'finding', activity: 1, status: 'new', severity: 4 },
  tamper_found: { class: 'finding', activity: 1, status: 'new', severity: 5 },
  alert_raised: { class: 'finding', activity: 1, status: 'new', severity: 3 },
  bypass_opened: { class: 'finding', activity: 1, status: 'new', severity: 4 },
  bypass_closed: { class: 'finding', activity: 3, status: 'resolved', severity: 3 },
  events_dropped: { class: 'error', activity: 1, status: 'failure', severity: 3 },
  test: { class: 'base', activity: 99, status: 'success', severity: 1 },
};

/** Where it happened. */
export interface Place {
  readonly organisation: string;
  readonly node: string;
  readonly log: string;
}

export function toOcsf(event: SecurityEvent, place: Place): Readonly<Record<string, unknown>> {
  const row = OCSF_ROWS[event.event];
  const { uid, name, category, activities } = OCSF_CLASSES[row.class];
  const activity = (activities as Readonly<Record<number, string>>)[row.activity] ?? 'Other';
  const [status, statusName] = STATUSES[row.status];
  const { count } = event;
  return {
    activity_id: row.activity,
    activity_name: activity,
    category_name: CATEGORIES[category],
    category_uid: category,
    class_name: name,
    class_uid: uid,
    type_name: `${name}: ${activity}`,
    type_uid: uid * 100 + row.activity,
    severity_id: row.severity,
    severity: SEVERITIES[row.severity],
    status_id: status,
    status: statusName,
    status_code: event.code,
    time: event.at,
    message: event.message,
    count: count?.times,
    start_time: count?.from,
    end_time: count?.to,
    metadata: metadataOf(event, place),
    ...attributesOf(row.class, event, place),
    unmapped: event.more === undefined || Object.keys(event.more).length === 0 ? undefined : event.more,
  };
}

const metadataOf = ({ uid, event }: SecurityEvent, { organisation, log }: Place): object => ({
  event_code: `weighbridge.${event}`,
  log_name: log,
  product: { name: 'Weighbridge', vendor_name: 'Weighbridge', version: VERSION },
  tenant_uid: organisation,
  uid,
  version: OCSF_VERSION,
});

/** What the class asks for beside what every event has. */
function attributesOf(name: ClassName, event: SecurityEvent, { node }: Place): Readonly<Record<string, unknown>> {
  const { about, address, key } = event;
  const actor = actorOf(event);
  const from = address === undefined ? { name: key ?? event.by?.via ?? 'instance' } : { ip: address };
  switch (name) {
    case 'authentication':
      return {
        user: key === undefined ? { name: event.by?.via ?? 'unknown' } : { uid: key, type_id: 4, type: 'Service' },
        service: { name: 'weighbridge', uid: node },
        session: event.by?.session === undefined ? undefined : { uid: event.by.session },
        src_endpoint: address === undefined ? undefined : from,
        actor,
      };
    case 'entity':
      return { entity: about ?? { name: node }, actor };
    case 'api':
      return {
        actor,
        api: { operation: event.event, service: { name: 'weighbridge', uid: node } },
        src_endpoint: from,
        resources: about === undefined ? undefined : [about],
      };
    case 'lifecycle':
      return { app: { name: 'Weighbridge', vendor_name: 'Weighbridge', version: VERSION, uid: node }, actor };
    case 'finding':
      return {
        finding_info: { uid: event.uid, title: event.message, types: [event.event] },
        is_alert: true,
        resources: about === undefined ? undefined : [about],
      };
    case 'error':
    case 'base':
      return { actor };
  }
}

function actorOf({ by, key }: SecurityEvent): object {
  if (key !== undefined) return { user: { uid: key, type_id: 4, type: 'Service' } };
  const app = { app_name: `weighbridge ${by?.via ?? 'instance'}` };
  return by?.session === undefined ? app : { ...app, session: { uid: by.session } };
}
