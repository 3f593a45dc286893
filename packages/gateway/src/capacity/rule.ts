// Capacity that was bought, brought to one form: up to two meters (each a bucket that drains steadily, or one that empties with
// its window) and a number of calls at a time. What sellers call their units differs; how a call is held against them does not.
import type { CapacityConfig, TokenClass, Usage } from '@weighbridge/protocol';
import { GSU, PRIORITY_INPUT, PTU, TPM_INPUT, type UnitFacts, type UnitTable } from './facts.ts';

const MINUTE_MS = 60_000;

/** What a token of each class counts as on a meter; absent: nothing. */
export type Weights = Readonly<Partial<Record<TokenClass, number>>>;

export interface MeterRule {
  /** Weighted tokens that a millisecond of the capacity is worth. */
  readonly perMs: number;
  /** Weighted tokens up to which it fills. */
  readonly size: number;
  /** Null: it drains steadily. */
  readonly windowMs: number | null;
  /** `below`: a call is taken while the meter is not full, however large it is. `fits`: only where all of it fits. */
  readonly admits: 'below' | 'fits';
  readonly weights: Weights;
}

export interface CapacityRule {
  readonly kind: CapacityConfig['kind'];
  readonly meters: readonly MeterRule[];
  /** Calls at a time. */
  readonly concurrent: number;
  readonly margin: number;
  /** The seller itself serves on demand what is beyond, and says so by this tier; null: it answers 429. */
  readonly overflowTier: string | null;
}

/** Of a deployment, what its capacity follows from. */
export interface CapacityOf {
  readonly model: string;
  readonly priced_as?: string | undefined;
  readonly capacity: CapacityConfig;
}

/** Words of what is missing; null where the rule is complete. */
export function capacityProblem({ capacity, model, priced_as: priced }: CapacityOf): string | null {
  if (capacity.kind !== 'ptu' && capacity.kind !== 'gsu') return null;
  const known = factsOf(capacity.kind === 'ptu' ? PTU : GSU, capacity.model, priced, model);
  const own =
    capacity.kind === 'ptu'
      ? [capacity.input_tpm_per_unit, capacity.output_weight]
      : [capacity.tokens_per_second_per_unit, capacity.output_weight];
  if (known !== undefined || own.every((value) => value !== undefined)) return null;
  const name = capacity.model ?? priced ?? model;
  const fields = capacity.kind === 'ptu' ? '`input_tpm_per_unit`' : '`tokens_per_second_per_unit`';
  return `no rate of "${name}" for one ${capacity.kind.toUpperCase()} is known: write ${fields} and \`output_weight\`, or \`model\` as the table of rates has it`;
}

/** `capacityProblem` is null. */
export function capacityRule(of: CapacityOf): CapacityRule {
  const { capacity } = of;
  const none = { meters: [], concurrent: Infinity, margin: 0, overflowTier: null };
  switch (capacity.kind) {
    case 'ptu':
      return { ...none, kind: 'ptu', margin: capacity.margin, meters: [ptuMeter(of, capacity)] };
    case 'gsu':
      return {
        ...none,
        kind: 'gsu',
        margin: capacity.margin,
        meters: [gsuMeter(of, capacity)],
        overflowTier: 'standard',
      };
    case 'tpm':
    case 'priority': {
      const { kind, margin, input_tpm: input, output_tpm: output } = capacity;
      const caches = kind === 'tpm' ? TPM_INPUT : PRIORITY_INPUT;
      const meters = [minuteMeter(input, inputWeights(caches)), minuteMeter(output, outputWeights(1))];
      return { ...none, kind, margin, meters, overflowTier: 'standard' };
    }
    case 'slots':
      return { ...none, kind: 'slots', concurrent: capacity.concurrent };
  }
}

function ptuMeter(of: CapacityOf, own: CapacityConfig & { kind: 'ptu' }): MeterRule {
  const facts = factsOf(PTU, own.model, of.priced_as, of.model);
  const perMs = (own.units * (own.input_tpm_per_unit ?? facts?.inputPerMinute ?? 0)) / MINUTE_MS;
  const weights = mixed(own.output_weight ?? facts?.output ?? 0, facts?.cacheRead ?? 0);
  return { perMs, size: perMs * own.burst_seconds * 1000, windowMs: null, admits: 'below', weights };
}

function gsuMeter(of: CapacityOf, own: CapacityConfig & { kind: 'gsu' }): MeterRule {
  const facts = factsOf(GSU, own.model, of.priced_as, of.model);
  const perSecond = own.tokens_per_second_per_unit ?? (facts?.inputPerMinute ?? 0) / 60;
  const perMs = (own.units * perSecond) / 1000;
  const windowMs = own.window_seconds * 1000;
  const weights = mixed(own.output_weight ?? facts?.output ?? 0, own.cache_read_weight ?? facts?.cacheRead ?? 0);
  return { perMs, size: perMs * windowMs, windowMs, admits: 'fits', weights };
}

const minuteMeter = (perMinute: number, weights: Weights): MeterRule => ({
  perMs: perMinute / MINUTE_MS,
  size: perMinute,
  windowMs: null,
  admits: 'fits',
  weights,
});

function factsOf(table: UnitTable, ...names: readonly (string | undefined)[]): UnitFacts | undefined {
  const name = names.find((one) => one !== undefined) ?? '';
  if (Object.hasOwn(table.models, name)) return table.models[name];
  // A dated version of a model has its rate: `gpt-4.1-2025-04-14`.
  const undated = name.replace(/[-@]\d{4}-?\d{2}-?\d{2}$/, '');
  return Object.hasOwn(table.models, undated) ? table.models[undated] : undefined;
}

const inputWeights = (caches: { cacheRead: number; cacheWrite5m: number; cacheWrite1h: number }): Weights => ({
  input: 1,
  input_audio: 1,
  input_image: 1,
  cache_read: caches.cacheRead,
  cache_read_audio: caches.cacheRead,
  cache_write_5m: caches.cacheWrite5m,
  cache_write_1h: caches.cacheWrite1h,
});

const outputWeights = (weight: number): Weights => ({
  output: weight,
  reasoning: weight,
  output_audio: weight,
  output_image: weight,
});

const mixed = (output: number, cacheRead: number): Weights => ({
  ...inputWeights({ cacheRead, cacheWrite5m: 1, cacheWrite1h: 1 }),
  ...outputWeights(output),
});

/** Weighted tokens of a call on a meter. */
export function weigh({ weights }: MeterRule, tokens: Usage['tokens']): number {
  let sum = 0;
  for (const name in tokens) sum += (tokens[name as TokenClass] ?? 0) * (weights[name as TokenClass] ?? 0);
  return sum;
}

/** As `weigh`, of what a call may bring and get; nothing is known of caches. */
export const weighGuess = ({ weights }: MeterRule, input: number, output: number): number =>
  input * (weights.input ?? 0) + output * (weights.output ?? 0);
