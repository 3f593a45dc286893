// Claims and evidence for tests: sound by themselves, with what a test is about laid over.
import { readEvidence, type Claim, type Evidence } from '../../src/index.ts';

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

/** Evidence that is no measurement: it says itself what it found. */
export const saidBy = (
  number: number,
  kind: string,
  result: string,
  over: Readonly<Record<string, unknown>> = {},
): Evidence => evidenceOf(number, { kind, result, n: undefined, interval: undefined, ...over });

export const day = (text: string): number => Date.parse(`${text}T12:00:00Z`);
