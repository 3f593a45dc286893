// A step from first principles, for whoever has no calibrated model at hand: the longer of arithmetic and memory traffic, and what each
// layer, sequence and pass costs beside. It knows a model and a chip as a dozen numbers. Its efficiencies are one rounded set for all
// (the notes' prototype, 20 % median error on the time between tokens), so it orders well and is not a prediction of anything.
import { positive, within } from '../numbers/refuse.ts';
import type { StepTime } from './simulator/fleet.ts';

export interface PlainStep {
  readonly chips: number;
  /** Of one chip, at the precision that is computed in; and its memory's. */
  readonly flops_per_s: number;
  readonly bytes_per_s: number;
  readonly layers: number;
  readonly hidden: number;
  /** Of all weights, and of those that one token needs. */
  readonly weights: number;
  readonly active_weights: number;
  readonly bytes_per_weight: number;
  /** Key and value of one token over all layers. */
  readonly kv_bytes_per_token: number;
  /** One way, chip to chip, in the group that shares a layer. */
  readonly link_bytes_per_s: number;
  /** Share of the arithmetic that prompts reach; 0.6 where nothing is said. */
  readonly prefill_efficiency?: number;
  /** Of a mixture: experts, and those that a token goes to. */
  readonly experts?: { readonly count: number; readonly chosen: number };
}

const EFFICIENCY = { memory: 0.8, decode: 0.7, prefill: 0.6, link: 0.48 } as const;
const LAYER_MS = 0.012;
const PASS_MS = 2.3;
const SEQUENCE_MS = 0.005;
const LINK_MS = 0.0075;

export function plainStep(form: PlainStep): StepTime {
  for (const [name, value] of Object.entries(form)) if (typeof value === 'number') positive(name, value, 1e18);
  within('active_weights', form.active_weights, { most: form.weights });
  const { chips, experts, prefill_efficiency = EFFICIENCY.prefill } = form;
  const shared = experts === undefined ? form.weights : sharedWeights(form, experts);
  const flops = chips * form.flops_per_s;
  const memory = chips * form.bytes_per_s * EFFICIENCY.memory;
  return (batch, contextTokens, prefillTokens) => {
    const tokens = batch + prefillTokens;
    const read = experts === undefined ? form.weights : shared + (form.weights - shared) * touched(experts, tokens);
    const bytes = read * form.bytes_per_weight + contextTokens * form.kv_bytes_per_token;
    const work = 2 * form.active_weights;
    const arithmetic =
      (work * batch) / (flops * EFFICIENCY.decode) + (work * prefillTokens) / (flops * prefill_efficiency);
    // Two ring all-reduces a layer, of two bytes for each of the hidden values of each token.
    const reduced = chips === 1 ? 0 : (2 * 2 * 2 * tokens * form.hidden * (chips - 1)) / chips;
    const links =
      chips === 1 ? 0 : form.layers * ((reduced / (form.link_bytes_per_s * EFFICIENCY.link)) * 1000 + 2 * LINK_MS);
    return Math.max(arithmetic, bytes / memory) * 1000 + links + form.layers * LAYER_MS + PASS_MS + batch * SEQUENCE_MS;
  };
}

/** Weights outside the experts, from what a token needs: active = shared + experts × chosen ÷ count. */
function sharedWeights(
  { weights, active_weights }: PlainStep,
  { count, chosen }: { count: number; chosen: number },
): number {
  const part = chosen / count;
  return Math.max(0, (active_weights - weights * part) / (1 - part));
}

/** Share of the experts that some token of the pass goes to, were each chosen as often. */
const touched = ({ count, chosen }: { count: number; chosen: number }, tokens: number): number =>
  1 - (1 - chosen / count) ** tokens;
