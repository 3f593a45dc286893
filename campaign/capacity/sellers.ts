// Sellers of reserved capacity as their documentation describes them, written apart from how the product counts: a bucket that
// drains steadily and refuses, units checked by the window, and tokens a minute in and out; the last two serve what is beyond on
// demand and charge for it. Each counts prompts by tokens, and holds the most that an answer may get until it is finished.
import { Provisioned } from '@weighbridge/lab';
import type { Drawn } from './load.ts';

export interface Bought {
  readonly units: number;
  readonly input_tpm_per_unit: number;
  readonly output_weight: number;
  readonly burst_seconds: number;
}

export interface Windows {
  readonly units: number;
  readonly tokens_per_second_per_unit: number;
  readonly output_weight: number;
  readonly cache_read_weight: number;
  readonly window_seconds: number;
}

export interface Minutes {
  readonly input_tpm: number;
  readonly output_tpm: number;
}

export type Taken =
  | { readonly taken: true; readonly finish: (now: number) => void }
  /** Milliseconds until the next is let in; null: it is served all the same, and paid for. */
  | { readonly taken: false; readonly waitMs: number | null };

export interface Seller {
  ask(call: Drawn, now: number): Taken;
  /** Weighted tokens of a finished call, and what a minute of it is worth. */
  worth(call: Drawn): number;
  readonly perMinute: number;
  /** Null: it does not say. */
  full(now: number): number | null;
  /** Somebody else uses it. */
  use(units: number, now: number): void;
}

/** Held for an answer that the request does not bound. */
const UNBOUNDED = 1_000;
const fresh = ({ inputTokens, cached }: Drawn): number => inputTokens - cached;

/** Azure's: refuses above 100 %. */
export function provisioned(bought: Bought, now: number): Seller {
  const bucket = new Provisioned(bought, now);
  const worth = (call: Drawn): number => fresh(call) + call.output * bought.output_weight;
  return {
    worth,
    perMinute: bought.units * bought.input_tpm_per_unit,
    full: (at) => bucket.utilisation(at),
    use: (units, at) => bucket.add(units, at),
    ask(call, at) {
      const waitMs = bucket.refusal(at);
      if (waitMs !== null) return { taken: false, waitMs };
      const held = bucket.estimate({ ...call, choices: 1 });
      bucket.add(held, at);
      return { taken: true, finish: (end) => bucket.add(worth(call) - held, end) };
    },
  };
}

/** Google's: what fits in what is left of the window; windows begin `phaseMs` after ours. */
export function windowed(bought: Windows, phaseMs: number): Seller {
  const perWindow = bought.units * bought.tokens_per_second_per_unit * bought.window_seconds;
  const windowOf = (now: number): number => Math.floor((now - phaseMs) / (bought.window_seconds * 1000));
  let [window, used] = [0, 0];
  const roll = (now: number): number => {
    if (windowOf(now) !== window) [window, used] = [windowOf(now), 0];
    return window;
  };
  const weigh = ({ cached, ...call }: Drawn, output: number): number =>
    fresh({ cached, ...call }) + cached * bought.cache_read_weight + output * bought.output_weight;
  return {
    worth: (call) => weigh(call, call.output),
    perMinute: bought.units * bought.tokens_per_second_per_unit * 60,
    full: () => null,
    use(units, now) {
      roll(now);
      used += units;
    },
    ask(call, now) {
      const then = roll(now);
      const held = weigh(call, call.maxTokens ?? UNBOUNDED);
      if (used + held > perWindow) return { taken: false, waitMs: null };
      used += held;
      return {
        taken: true,
        finish(end) {
          if (roll(end) === then) used += weigh(call, call.output) - held;
        },
      };
    },
  };
}

/** Amazon's: a minute's tokens in and out, each refilled steadily; both have to be there. */
export function byMinute(bought: Minutes, start: number): Seller {
  const [input, output] = [new Allowance(bought.input_tpm, start), new Allowance(bought.output_tpm, start)];
  return {
    worth: (call) => fresh(call) / bought.input_tpm + call.output / bought.output_tpm,
    perMinute: 2,
    full: () => null,
    use(units, now) {
      input.take(units, now);
    },
    ask(call, now) {
      const most = call.maxTokens ?? UNBOUNDED;
      if (input.left(now) < fresh(call) || output.left(now) < most) return { taken: false, waitMs: null };
      input.take(fresh(call), now);
      output.take(most, now);
      return { taken: true, finish: (end) => output.take(call.output - most, end) };
    },
  };
}

class Allowance {
  readonly #perMinute: number;
  #left: number;
  #at: number;

  constructor(perMinute: number, now: number) {
    this.#perMinute = perMinute;
    this.#left = perMinute;
    this.#at = now;
  }

  left(now: number): number {
    this.#left = Math.min(this.#perMinute, this.#left + ((now - this.#at) * this.#perMinute) / 60_000);
    this.#at = now;
    return this.#left;
  }

  take(tokens: number, now: number): void {
    this.#left = this.left(now) - tokens;
  }
}
