// What is simulated: replicas of one model that batch in flight, with a bound on everything. The time of a step is a function that
// the caller gives (the performance model, or a line): the simulator knows of queues, batches and memory, and of no hardware.
import { refuse, whole, within } from '../../numbers/refuse.ts';

/**
 * Milliseconds that one forward pass takes: `batch` sequences that decode a token each, the tokens that they hold in memory together,
 * and the prompt tokens computed in the same pass. Above zero whenever there is anything to do.
 */
export type StepTime = (batch: number, contextTokens: number, prefillTokens: number) => number;

export interface LinearStep {
  /** Reading the weights, launching the pass. */
  readonly base_ms: number;
  readonly per_sequence_ms: number;
  readonly per_context_token_ms: number;
  readonly per_prefill_token_ms: number;
}

/** The simplest step that still batches: a price for the pass, and one for each of its parts. */
export function linearStep(form: LinearStep): StepTime {
  const { base_ms, per_sequence_ms, per_context_token_ms, per_prefill_token_ms } = form;
  for (const [name, value] of Object.entries(form)) within(name, value as number, { most: 1e7 });
  return (batch, contextTokens, prefillTokens) =>
    base_ms + batch * per_sequence_ms + contextTokens * per_context_token_ms + prefillTokens * per_prefill_token_ms;
}

export interface PrefillPolicy {
  /**
   * `chunked`: a pass takes the decoding sequences and as much of the prompts as fits, in pieces. `whole`: prompts go first, whole,
   * as many as fit and one at least, and decoding waits.
   */
  readonly kind: 'chunked' | 'whole';
  /** Tokens of one pass. */
  readonly tokens: number;
}

/** Prompts are computed on replicas of their own; memory there is held until a decoding replica has taken the sequence over. */
export interface SplitForm {
  readonly instances: number;
  /** Prompts at a time on one of them, those that wait to be taken over included. */
  readonly slots: number;
  readonly kv_tokens: number;
  /** To move the memory of so many tokens to the decoding replica. */
  readonly transfer_ms: (tokens: number) => number;
  /** Where absent, that of the fleet. */
  readonly step?: StepTime;
}

export interface FleetForm {
  readonly instances: number;
  /** Sequences at a time on one replica. */
  readonly slots: number;
  /** Tokens that fit into one replica's key-value memory; a sequence takes prompt and whole answer when it is let in. */
  readonly kv_tokens: number;
  readonly prefill: PrefillPolicy;
  /** Requests that may wait in all; one more is refused. */
  readonly queue_most: number;
  /** Before a request can wait at all: reading it, tokenising, scheduling. None where nothing is said. */
  readonly front_ms?: number;
  /** `central`: one queue, the first replica with room takes its head. `prefix`: where most of the prompt lies cached. */
  readonly routing: 'central' | 'least_loaded' | 'round_robin' | 'prefix';
  /** Absent: nothing is cached beyond what a request says of itself. */
  readonly prefix_cache?: { readonly blocks: number; readonly block_tokens: number };
  readonly step: StepTime;
  readonly split?: SplitForm;
}

export const INSTANCES_MOST = 10_000;
export const SLOTS_MOST = 100_000;
export const QUEUE_MOST = 10_000_000;
export const TOKENS_MOST = 100_000_000;

/** Throws PLAN_INVALID. */
export function checkFleet(form: FleetForm): void {
  whole('instances', form.instances, 1, INSTANCES_MOST);
  whole('slots', form.slots, 1, SLOTS_MOST);
  within('kv_tokens', form.kv_tokens, { least: 1, most: 1e12, whole: true });
  whole('queue_most', form.queue_most, 0, QUEUE_MOST);
  within('front_ms', form.front_ms ?? 0, { most: 1e7 });
  whole('prefill.tokens', form.prefill.tokens, 1, TOKENS_MOST);
  if (form.prefix_cache !== undefined) {
    whole('prefix_cache.blocks', form.prefix_cache.blocks, 1, TOKENS_MOST);
    whole('prefix_cache.block_tokens', form.prefix_cache.block_tokens, 1, TOKENS_MOST);
  }
  if (form.routing === 'prefix' && form.prefix_cache === undefined)
    refuse('routing is prefix, and there is no prefix cache', 'give `prefix_cache` its size, or route by least_loaded');
  if (form.split === undefined) return;
  whole('split.instances', form.split.instances, 1, INSTANCES_MOST);
  whole('split.slots', form.split.slots, 1, SLOTS_MOST);
  within('split.kv_tokens', form.split.kv_tokens, { least: 1, most: 1e12, whole: true });
}
