// The words for failures, roles, steps and clocks.
import type { DutyRow, IncidentView, Duties } from '@weighbridge/protocol';
import type { Tone } from '../../parts/data-table/cell.ts';

export type Failure = DutyRow['failure'];
export type Step = IncidentView['steps'][number]['step'];
export type ProofKind = IncidentView['steps'][number]['proof']['kind'];

export const FAILURES: Readonly<Record<Failure, string>> = {
  availability: 'It does not answer',
  latency: 'It is too slow',
  wrong_region: 'It is served from the wrong region',
  model_drift: 'The model is not the one it was',
  safety_filter: 'A safety filter fails',
  data_leak: 'Data got out',
  billing_error: 'It is billed wrongly',
  key_compromise: 'A key is in wrong hands',
  retired_model: 'The model is retired',
};

export const STEPS: Readonly<Record<Step, string>> = {
  opened: 'Opened',
  acknowledged: 'Acknowledged',
  counterparty_notified: 'Counterparty notified',
  authority_informed: 'Authority informed',
  resolved: 'Resolved',
  closed: 'Closed',
};

export const STATE_TONES: Readonly<Record<IncidentView['state'], Tone>> = {
  opened: 'bad',
  acknowledged: 'warn',
  counterparty_notified: 'warn',
  resolved: 'note',
  closed: 'good',
};

export const PROOF_KINDS: Readonly<Record<ProofKind, string>> = {
  tlog_proof: 'Proof from a log',
  receipt: 'Receipt of a call',
  message: 'Message',
  ticket: 'Ticket',
  document: 'Document',
};

/** `sla_provider` as a person says it. */
export const roleText = (role: string): string => role.replaceAll('_', ' ').replace(/^sla\b/, 'SLA');

export const kindText = (kind: string): string => kind.replaceAll('_', ' ');

export const KNOWN_BY: Readonly<Record<string, { readonly text: string; readonly tone: Tone }>> = {
  configuration: { text: 'as configured', tone: 'good' },
  documented: { text: 'documented', tone: 'good' },
  reported: { text: 'reported', tone: 'note' },
  assumed: { text: 'assumed', tone: 'warn' },
};

const DAY_H = 24;

/** Whole days where they are: `5 d`, else hours. */
export const hoursText = (hours: number): string =>
  hours >= 2 * DAY_H && hours % DAY_H === 0 ? `${hours / DAY_H}\u00a0d` : `${hours}\u00a0h`;

const BASES: Readonly<Record<DutyRow['clock']['basis'], string>> = {
  own_default: 'our own default',
  contract: 'by the contract',
  law: 'by law',
};

export const basisText = ({ basis, to_be_confirmed: open }: DutyRow['clock']): string =>
  `${BASES[basis]}${open ? ', to be confirmed' : ''}`;

export const AREAS: Readonly<Record<string, string>> = {
  ai_law: 'AI law',
  data_law: 'Data law',
  competition: 'Competition',
  export_control: 'Export control',
  national_security: 'National security',
  operational_resilience: 'Operational resilience',
};

export const DATE_STATES: Readonly<
  Record<Duties['watch'][number]['date_is'], { readonly text: string; readonly tone: Tone }>
> = {
  confirmed: { text: 'confirmed', tone: 'good' },
  to_be_confirmed: { text: 'to be confirmed', tone: 'warn' },
  not_stated: { text: 'no date stated', tone: 'quiet' },
};
