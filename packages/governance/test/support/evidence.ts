// Claims and evidence for tests: sound by themselves, with what a test is about laid over.
import {
  history,
  judge,
  readEvidence,
  type Arrival,
  type Claim,
  type Evidence,
  type Judgement,
  type Register,
  type Transition,
} from '../../src/index.ts';
import { smallRegister } from './small-register.ts';

/** `rack` is made by chips, which invests in maker, which buys from cloud, which belongs to holding. */
const SMALL = smallRegister();

export const judged = (
  claim: Claim,
  evidence: readonly Evidence[],
  at: number,
  register: Register = SMALL,
): Judgement => judge(claim, evidence, at, register);

export const historyOf = (claim: Claim, arrivals: readonly Arrival[], entered: number, until: number): Transition[] =>
  history(claim, arrivals, { entered, until, registers: { at: () => SMALL, changes: () => [] } });

export const claimOf = (over: Partial<Claim> = {}): Claim => ({
  subject: 'rack',
  text: 'p99 latency of at most 800 ms in both regions',
  kind: 'expectation',
  metric: 'p99 latency',
  value: '800',
  sense: 'at_most',
  unit: 'ms',
  up_to: false,
  approximate: false,
  conditions: [],
  scope: { region: ['eu', 'us'] },
  source: 'paper',
  materiality: 'high',
  opening: { state: 'reported', why: 'one paper says so' },
  corroborated: false,
  readings: [],
  ...over,
});

/** The digest of the piece with this number. */
export const digest = (number: number): string => number.toString(16).padStart(64, '0');

const SOUND = {
  kind: 'own_measurement',
  period: { from: '2026-01-01', until: '2026-01-31' },
  scope: { region: ['eu', 'us'] },
  result: 'supports',
  valid_until: '2026-12-31',
  n: 1000,
  interval: { low: '700', high: '750', unit: 'ms' },
  method: 'probes',
};

export const evidenceOf = (number: number, over: Readonly<Record<string, unknown>> = {}): Evidence =>
  readEvidence({ ...SOUND, digest: digest(number), ...over });

/** Who might have written it, where a test is about something else. */
export const AUTHORS: Readonly<Record<string, unknown>> = {
  own_measurement: undefined,
  independent_report: { outsider: 'An independent laboratory' },
  contract_term: 'ourselves',
  vendor_assertion: { party: 'chips' },
};

/** Evidence that is no measurement: it says itself what it found. */
export const saidBy = (
  number: number,
  kind: string,
  result: string,
  over: Readonly<Record<string, unknown>> = {},
): Evidence => evidenceOf(number, { kind, author: AUTHORS[kind], result, n: undefined, interval: undefined, ...over });

export const day = (text: string): number => Date.parse(`${text}T12:00:00Z`);
