// A load under a seed as reserved capacity meets it: bursts and lulls, prompts and answers of very different lengths, bounds on
// the answer that are far above what is written, prompts of which part was cached. Nothing here knows how either side counts.

export interface Drawn {
  /** Milliseconds after the start. */
  readonly at: number;
  readonly bytes: number;
  readonly inputTokens: number;
  readonly cached: number;
  /** Null: the request does not bound its answer. */
  readonly maxTokens: number | null;
  readonly output: number;
  /** From the request to the first byte of the answer, and to its last. */
  readonly ttftMs: number;
  readonly totalMs: number;
}

/** xorshift32: the same seed draws the same load everywhere. */
export function randomOf(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

export interface LoadForm {
  readonly seed: number;
  readonly ms: number;
  /** Weighted tokens a minute that the calls ask for on average, and what one of output weighs. */
  readonly perMinute: number;
  readonly outputWeight: number;
  /** Every so long a burst: this share of the calls comes in a tenth of the time. */
  readonly burstEveryMs: number;
  readonly burstShare: number;
}

export function drawLoad(form: LoadForm): Drawn[] {
  const random = randomOf(form.seed);
  const wanted = (form.perMinute * form.ms) / 60_000;
  const calls: Drawn[] = [];
  for (let asked = 0; asked < wanted;) {
    const call = drawCall(random, drawnAt(form, random));
    asked += call.inputTokens - call.cached + call.output * form.outputWeight;
    calls.push(call);
  }
  return calls.toSorted((a, b) => a.at - b.at);
}

function drawnAt({ ms, burstEveryMs, burstShare }: LoadForm, random: () => number): number {
  if (random() >= burstShare) return random() * ms;
  const burst = Math.floor((random() * ms) / burstEveryMs) * burstEveryMs;
  return Math.min(ms - 1, burst + random() * burstEveryMs * 0.1);
}

/** Log-normal by its median and spread. */
const logNormal = (random: () => number, median: number, spread: number): number => {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(spread * normal);
};

function drawCall(random: () => number, at: number): Drawn {
  const inputTokens = Math.max(20, Math.min(60_000, Math.round(logNormal(random, 900, 1.1))));
  const output = Math.max(1, Math.min(4_000, Math.round(logNormal(random, 180, 0.9))));
  const bounded = random() < 0.8;
  const maxTokens = bounded ? Math.max(output, [256, 512, 1_024, 4_096][Math.floor(random() * 4)] ?? 256) : null;
  const cached = random() < 0.25 ? Math.round(inputTokens * 0.7) : 0;
  const ttftMs = 150 + random() * 600;
  return {
    at,
    bytes: Math.round(inputTokens * (3 + random() * 1.8)) + 120,
    inputTokens,
    cached,
    maxTokens,
    output,
    ttftMs,
    totalMs: ttftMs + output * (8 + random() * 6),
  };
}
