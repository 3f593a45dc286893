// What a lane learns from its own calls about how deployments answer: how long a caller waits, how much of a prompt their
// caches read, how long answers are. Averages only, of no call or person; as many as the configuration names. Each lane
// learns by itself and begins afresh with the process, so that no decision hangs on what another process saw.
import { usageTotals, type Usage } from '@weighbridge/protocol';
import type { Snapshot } from '../deployment.ts';

/** Peak EWMA: a longer wait counts at once, a shorter one by and by; and a memory of a wait fades while nobody tries. */
const WAIT_FADES_MS = 30_000;
/** Share of the newest call in the averages of tokens. */
const NEWEST = 0.1;
/** Before anything was learnt: bytes of a request to a token, and tokens of an answer. */
const TOKENS_PER_BYTE = 1 / 3.5;
const ANSWER_TOKENS = 500;

interface Wait {
  ms: number;
  at: number;
}

/** Of a deployment within a route: how its prompts are billed, as shares of them. */
interface Prompts {
  calls: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
}

interface RouteLearnt {
  calls: number;
  tokensPerByte: number;
  answerTokens: number;
  readonly prompts: Map<string, Prompts>;
}

/** A call that was answered. */
export interface Answered {
  readonly route: string;
  readonly deployment: string;
  readonly stream: boolean;
  /** From sending to the first token, or to the whole answer where it is no stream; below 0: not known. */
  readonly waitMs: number;
  readonly requestBytes: number;
  readonly usage: Usage;
  /** Monotonic. */
  readonly now: number;
}

export interface Expected {
  readonly route: string;
  readonly deployment: string;
  readonly requestBytes: number;
  readonly maxOutputTokens: number | undefined;
}

export class Learnt {
  readonly #streamed = new Map<string, Wait>();
  readonly #whole = new Map<string, Wait>();
  readonly #routes = new Map<string, RouteLearnt>();

  /** Forgets what the snapshot no longer names. */
  adopt({ deployments, routes }: Pick<Snapshot, 'deployments' | 'routes'>): void {
    const known = new Set(deployments.map(({ id }) => id));
    const routed = new Set(routes.map(({ id }) => id));
    for (const waits of [this.#streamed, this.#whole])
      for (const id of waits.keys()) if (!known.has(id)) waits.delete(id);
    for (const [id, { prompts }] of this.#routes) {
      if (!routed.has(id)) this.#routes.delete(id);
      for (const deployment of prompts.keys()) if (!known.has(deployment)) prompts.delete(deployment);
    }
  }

  answered(call: Answered): void {
    if (call.waitMs >= 0) waited(call.stream ? this.#streamed : this.#whole, call.deployment, call.waitMs, call.now);
    if (call.usage.source === 'reported') this.#used(call);
  }

  /** A caller waited so long there, and in vain. */
  gaveUp(deployment: string, stream: boolean, ms: number, now: number): void {
    waited(stream ? this.#streamed : this.#whole, deployment, ms, now);
  }

  /** Milliseconds that a caller is expected to wait; null: nobody has tried. */
  waitMs(deployment: string, stream: boolean, now: number): number | null {
    const wait = (stream ? this.#streamed : this.#whole).get(deployment);
    return wait === undefined ? null : wait.ms * Math.exp((wait.at - now) / WAIT_FADES_MS);
  }

  /** Share of prompt tokens that the deployment's cache read, of late; null: nothing was learnt. */
  cacheShare(route: string, deployment: string): number | null {
    const prompts = this.#routes.get(route)?.prompts.get(deployment);
    return prompts === undefined ? null : prompts.cacheRead;
  }

  /** What a request of this size would use there, by what was learnt. */
  expected({ route, deployment, requestBytes, maxOutputTokens }: Expected): Usage {
    const learnt = this.#routes.get(route);
    const prompt = Math.max(1, Math.ceil(requestBytes * (learnt?.tokensPerByte ?? TOKENS_PER_BYTE)));
    const answer = Math.ceil(learnt?.answerTokens ?? ANSWER_TOKENS);
    const { cacheRead = 0, cacheWrite5m = 0, cacheWrite1h = 0 } = learnt?.prompts.get(deployment) ?? {};
    const cache_read = Math.floor(prompt * cacheRead);
    const cache_write_5m = Math.floor(prompt * cacheWrite5m);
    const cache_write_1h = Math.floor(prompt * cacheWrite1h);
    const input = Math.max(0, prompt - cache_read - cache_write_5m - cache_write_1h);
    const output = Math.max(1, Math.min(answer, maxOutputTokens ?? answer));
    const tokens = { input, cache_read, cache_write_5m, cache_write_1h, output };
    return { tokens, source: 'estimated', raw: null };
  }

  #used({ route, deployment, requestBytes, usage }: Answered): void {
    const { prompt, completion } = usageTotals(usage);
    if (prompt === 0) return;
    let learnt = this.#routes.get(route);
    if (learnt === undefined) {
      learnt = { calls: 0, tokensPerByte: 0, answerTokens: 0, prompts: new Map() };
      this.#routes.set(route, learnt);
    }
    const share = shareOf(learnt);
    if (requestBytes > 0) learnt.tokensPerByte += share * (prompt / requestBytes - learnt.tokensPerByte);
    learnt.answerTokens += share * (completion - learnt.answerTokens);
    let prompts = learnt.prompts.get(deployment);
    if (prompts === undefined) {
      prompts = { calls: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
      learnt.prompts.set(deployment, prompts);
    }
    const one = shareOf(prompts);
    const { cache_read = 0, cache_write_5m = 0, cache_write_1h = 0 } = usage.tokens;
    prompts.cacheRead += one * (cache_read / prompt - prompts.cacheRead);
    prompts.cacheWrite5m += one * (cache_write_5m / prompt - prompts.cacheWrite5m);
    prompts.cacheWrite1h += one * (cache_write_1h / prompt - prompts.cacheWrite1h);
  }
}

/** The first calls weigh alike; from the tenth on the newest has its fixed share. */
function shareOf(counted: { calls: number }): number {
  counted.calls += 1;
  return Math.max(NEWEST, 1 / counted.calls);
}

function waited(waits: Map<string, Wait>, deployment: string, ms: number, now: number): void {
  const wait = waits.get(deployment);
  if (wait === undefined) {
    waits.set(deployment, { ms, at: now });
    return;
  }
  const kept = Math.exp((wait.at - now) / WAIT_FADES_MS);
  wait.ms = ms >= wait.ms * kept ? ms : wait.ms * kept + ms * (1 - kept);
  wait.at = now;
}
