// What a seller's prompt cache would have read, had calls gone elsewhere: a model, since a receipt holds counts and no prompt.
// Each deployment keeps, for a time that each hit renews, the longest prefix that a session left there, and the beginning
// that sessions share. How long that shared beginning is follows from the receipts: what first calls of a session read.
import { usageTotals, type DialectId, type Usage } from '@weighbridge/protocol';
import type { PastCall } from './past-call.ts';

/** Where prefixes are marked by the caller, its lifetime is billed by; where they are not, sellers state 5 to 10 minutes. */
const FIVE_MINUTES_MS = 300_000;
const HOUR_MS = 3_600_000;
const UNMARKED_MS = 600_000;
/** Unmarked prefixes: the least that is kept, and the step in which it is read. */
const UNMARKED_LEAST = 1024;
const UNMARKED_STEP = 128;

interface Kept {
  tokens: number;
  until: number;
}

/** Dialects in which the caller marks what is to be cached. */
const MARKED: ReadonlySet<DialectId> = new Set(['anthropic-messages', 'bedrock-converse']);

export class CacheModel {
  readonly #dialects: ReadonlyMap<string, DialectId>;
  readonly #shared: number;
  readonly #sessions = new Map<string, Kept>();
  readonly #beginnings = new Map<string, number>();

  constructor(dialects: ReadonlyMap<string, DialectId>, shared: number) {
    this.#dialects = dialects;
    this.#shared = shared;
  }

  /** The usage of this call at this deployment, by what came there before; and it leaves its prefix there. */
  at(deployment: string, call: PastCall, session: string): Usage {
    const marked = MARKED.has(this.#dialects.get(deployment) ?? 'openai-chat');
    const { prompt } = usageTotals(call.usage);
    const keepable = marked ? this.#marked(call) : unmarkedOf(prompt);
    const key = `${deployment}\n${session}`;
    const kept = this.#sessions.get(key);
    const own = kept !== undefined && kept.until > call.at ? Math.min(kept.tokens, keepable) : 0;
    const warm = (this.#beginnings.get(deployment) ?? 0) > call.at;
    const read = Math.max(own, warm ? Math.min(this.#shared, keepable) : 0);
    const lifetime = marked ? lifetimeOf(call.usage) : UNMARKED_MS;
    if (keepable > 0) {
      this.#sessions.set(key, { tokens: keepable, until: call.at + lifetime });
      this.#beginnings.set(deployment, call.at + lifetime);
    }
    return usageWith(call.usage, prompt, read, marked ? keepable - read : 0);
  }

  /** What the caller marked is billed as read or written; a call that was served where nothing is marked tells nothing of it. */
  #marked({ deployment, usage: { tokens } }: PastCall): number {
    if (!MARKED.has(this.#dialects.get(deployment) ?? 'openai-chat')) return 0;
    return (tokens.cache_read ?? 0) + (tokens.cache_write_5m ?? 0) + (tokens.cache_write_1h ?? 0);
  }
}

function unmarkedOf(prompt: number): number {
  if (prompt < UNMARKED_LEAST) return 0;
  return Math.floor((prompt - 1) / UNMARKED_STEP) * UNMARKED_STEP;
}

const lifetimeOf = ({ tokens }: Usage): number => ((tokens.cache_write_1h ?? 0) > 0 ? HOUR_MS : FIVE_MINUTES_MS);

function usageWith(usage: Usage, prompt: number, read: number, written: number): Usage {
  const { cache_read: _, cache_write_5m: __, cache_write_1h: ___, ...others } = usage.tokens;
  const beside = prompt - tokensIn(usage);
  const hour = lifetimeOf(usage) === HOUR_MS;
  return {
    ...usage,
    tokens: {
      ...others,
      input: Math.max(0, prompt - beside - read - written),
      ...(read === 0 ? {} : { cache_read: read }),
      ...(written === 0 ? {} : hour ? { cache_write_1h: written } : { cache_write_5m: written }),
    },
  };
}

/** Text tokens of the prompt; sound and pictures stay what they are. */
const tokensIn = ({ tokens }: Usage): number =>
  (tokens.input ?? 0) + (tokens.cache_read ?? 0) + (tokens.cache_write_5m ?? 0) + (tokens.cache_write_1h ?? 0);

/**
 * How much of a prompt the sessions of these calls share, in tokens: the middle of what first calls of a session at a
 * deployment read, where they read anything. 0 where none did.
 */
export function sharedBeginning(calls: readonly PastCall[], sessions: readonly string[]): number {
  const seen = new Set<string>();
  const reads: number[] = [];
  for (const [index, { deployment, usage }] of calls.entries()) {
    const key = `${deployment}\n${sessions[index] ?? ''}`;
    const read = usage.tokens.cache_read ?? 0;
    if (!seen.has(key) && read > 0) reads.push(read);
    seen.add(key);
  }
  return reads.toSorted((a, b) => a - b)[Math.floor(reads.length / 2)] ?? 0;
}
