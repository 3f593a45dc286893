// A claim, a map of duties and a playbook, small and whole, for the models of their pages.
import type { ClaimRow, Claims, Duties, DutyRow, EvidenceRow, IncidentView, PlaybookView } from '@weighbridge/protocol';

export const NOW = Date.UTC(2026, 10, 22, 14, 3, 7);
export const HOUR = 3_600_000;
export const BY = { via: 'console', session: '01KB3V8Y2QH9N6W4T0XZJ5RCEM' } as const;
export const ENTRY = '01KB3V8Y2QH9N6W4T0XZJ5RCEN';

export const evidenceOf = (given: Partial<EvidenceRow> = {}): EvidenceRow => ({
  digest: 'a'.repeat(64),
  author: { kind: 'ourselves', party: null, name: 'ourselves' },
  relation: 'ourselves',
  why: null,
  kind: 'contract_term',
  period: { from: '2026-01-01', until: '2026-06-30' },
  valid_until: '2027-06-30',
  result: 'supports',
  repeats_vendor: false,
  n: null,
  interval: null,
  method: 'read in the signed text',
  scope: {},
  weight: 'for',
  rule: 'supports',
  says: 'the evidence fits the claim',
  entered: NOW - HOUR,
  by: BY,
  entry: ENTRY,
  ...given,
});

export const claimOf = (given: Partial<ClaimRow> = {}): ClaimRow => ({
  id: 'compute-30bn',
  from: 'register',
  subject: 'developer-buys-compute',
  text: 'about $30 billion of compute',
  kind: 'commitment',
  metric: 'compute bought over the term',
  value: '30000000000',
  range: null,
  unit: 'USD',
  up_to: false,
  approximate: true,
  conditions: ['multi-year reserved purchase'],
  scope: {},
  source: {
    id: 'notes',
    title: 'Notes',
    outlet: 'several',
    url: null,
    captured_at: '2026-11-20',
    snapshot_sha256: null,
  },
  parties: ['The developer', 'The cloud'],
  materiality: 'high',
  corroborated: true,
  readings: [],
  note: null,
  state: 'reported',
  rule: 'opening',
  says: 'no evidence counts',
  runs_out: null,
  evidence: [],
  history: [{ at: NOW - HOUR, from: null, to: 'reported', rule: 'opening', says: 'no evidence counts' }],
  stated: null,
  ...given,
});

export const capacityOf = (given: Partial<ClaimRow> = {}): ClaimRow =>
  claimOf({
    id: 'capacity-1gw',
    text: 'up to one gigawatt of capacity',
    kind: 'option',
    value: '1',
    unit: 'GW',
    up_to: true,
    approximate: false,
    ...given,
  });

export const claimsOf = (rows: readonly ClaimRow[], given: Partial<Claims> = {}): Claims => ({
  at: NOW,
  register: { title: 'The alliance', parties: 3, claims: rows.length },
  rows: [...rows],
  authors: [
    { id: 'cloud', name: 'The cloud' },
    { id: 'developer', name: 'The developer' },
  ],
  conflicts: [],
  owed: {
    firm: [{ of: 'USD', value: '30000000000', approximate: true, claims: ['compute-30bn'] }],
    options: [{ of: 'GW', value: '1', approximate: false, claims: ['capacity-1gw'] }],
  },
  check: null,
  unstated: rows.length,
  ...given,
});

export const dutyOf = (given: Partial<DutyRow> = {}): DutyRow => ({
  failure: 'availability',
  from: 'shipped',
  usual: null,
  owner: 'platform engineer',
  counterparty: 'sla_provider',
  party: null,
  clause: 'availability SLA with its credits',
  contact: 'support, highest severity',
  clock: {
    acknowledge_h: 1,
    notify_h: 2,
    resolve_h: 24,
    close_h: 120,
    inform_authority_h: null,
    basis: 'own_default',
    to_be_confirmed: false,
    note: null,
  },
  sources: ['Reference'],
  ...given,
});

/** Opened three hours ago and acknowledged half an hour too late; the counterparty was to know an hour ago. */
export const incidentOf = (given: Partial<IncidentView> = {}): IncidentView => ({
  id: '01KB3V8Y2QH9N6W4T0XZJ5RCEP',
  deployment: 'claude',
  title: 'Claude at a cloud',
  failure: 'availability',
  serious: false,
  state: 'acknowledged',
  duty: dutyOf(),
  counterparties: ['Anthropic'],
  steps: [
    {
      step: 'opened',
      at: NOW - 3 * HOUR,
      by: `console ${BY.session}`,
      proof: { kind: 'ticket', ref: 'OPS-17' },
      entry: ENTRY,
    },
    {
      step: 'acknowledged',
      at: NOW - 1.5 * HOUR,
      by: 'command',
      proof: { kind: 'document', ref: 'mail.pdf', sha256: 'b'.repeat(64) },
      entry: `${ENTRY.slice(0, -1)}Q`,
    },
  ],
  deadlines: [
    { step: 'acknowledged', due: NOW - 2 * HOUR, taken: NOW - 1.5 * HOUR, missed: true },
    { step: 'counterparty_notified', due: NOW - HOUR, taken: null, missed: false },
    { step: 'resolved', due: NOW + 21 * HOUR, taken: null, missed: false },
  ],
  may: ['counterparty_notified'],
  note: null,
  ...given,
});

export const dutiesOf = (given: Partial<Duties> = {}): Duties => ({
  at: NOW,
  kinds: [
    {
      kind: 'cloud_sold',
      service_model: 'PaaS',
      scope: 'scope 3',
      duties: [
        dutyOf(),
        dutyOf({ failure: 'data_leak', counterparty: 'data_processor' }),
        dutyOf({ failure: 'model_drift', counterparty: null }),
      ],
    },
  ],
  deployments: [
    {
      id: 'claude',
      title: 'Claude at a cloud',
      from: 'configuration',
      kind: 'cloud_sold',
      simulated: true,
      roles: [
        { role: 'sla_provider', party: 'Anthropic', known_by: 'configuration', note: null },
        { role: 'data_processor', party: null, known_by: 'assumed', note: 'Not said.' },
      ],
    },
    {
      id: 'registered',
      title: 'Claude as reported',
      from: 'register',
      kind: 'unheard_of',
      simulated: false,
      roles: [],
    },
  ],
  incidents: [incidentOf()],
  overdue: [
    {
      kind: 'review',
      id: 'act',
      what: 'EU AI Act',
      due: NOW - 30 * HOUR,
      late_ms: 30 * HOUR,
      owner: 'compliance officer',
    },
  ],
  watch: [
    {
      id: 'act',
      from: 'shipped',
      area: 'ai_law',
      parties: ['Anthropic'],
      title: 'EU AI Act',
      date: '2026-08-02',
      date_is: 'to_be_confirmed',
      next_review: '2026-11-21',
      overdue: true,
      source: 'Reference',
      note: null,
    },
  ],
  ...given,
});

const sum = { total: 2, done: 0, partly: 0, open: 1, cannot_tell: 1, done_permille: { low: 0, high: 500 } };

export const playbookOf = (given: Partial<PlaybookView> = {}): PlaybookView => ({
  at: NOW,
  source: 'Reference',
  items: [
    {
      id: 'validate-claims',
      from: 'shipped',
      group: 'months_0_6',
      text: "validate sellers' claims",
      grade: 'cannot tell',
      reason: 'not known: trials that were run',
      next: 'run a trial',
      who: 'platform engineer',
      facts: ['trial_count', 'models_in_use', 'exit_drill_at'],
      unknown: ['trial_count'],
    },
    {
      id: 'exit-rights',
      from: 'shipped',
      group: 'procurement',
      text: 'exit *and* audit rights',
      grade: 'done',
      reason: 'shown: leaving was drilled',
      next: null,
      who: 'procurement lead',
      facts: ['exit_drill_at'],
      unknown: [],
    },
  ],
  groups: [
    { group: 'months_0_6', ...sum },
    { group: 'procurement', ...sum, total: 0, done_permille: null },
  ],
  all: { ...sum, total: 25, done: 1, done_permille: { low: 40, high: 933 } },
  facts: [
    {
      name: 'trial_count',
      what: 'trials that were run',
      kind: 'count',
      value: null,
      from: 'unknown',
      how: 'nobody has attested it',
      attested: null,
      attestable: true,
    },
    {
      name: 'models_in_use',
      what: 'models that serve production',
      kind: 'count',
      value: 1200,
      from: 'product',
      how: 'served in the 31 days before',
      attested: null,
      attestable: false,
    },
    {
      name: 'exit_drill_at',
      what: 'leaving was drilled',
      kind: 'day',
      value: '2026-10-31',
      from: 'attested',
      how: 'attested, shown by: drill.pdf',
      attested: { at: NOW - HOUR, by: BY, proof: 'drill.pdf', entry: ENTRY },
      attestable: true,
    },
  ],
  ...given,
});
