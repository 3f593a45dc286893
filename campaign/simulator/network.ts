// The network between the simulated machines. Each request and each answer is a message that chance delays, drops or
// delivers twice, so that later ones overtake earlier ones; a partition drops them all. What does not come back in time
// fails as a request that timed out.
import type { Random } from './random.ts';

/** Takes a request to a machine; null while nobody answers there. */
export type Handler = (
  path: string,
  body: string | undefined,
) => { readonly status: number; readonly type: string; readonly body: Buffer } | null;

export interface Weather {
  drop: number;
  twice: number;
  /** Most ticks that a message is under way. */
  delay: number;
}

const TIMEOUT_TICKS = 40;

interface Message {
  readonly due: number;
  readonly order: number;
  readonly deliver: () => void;
}

export class Network {
  readonly #random: Random;
  readonly #handlers = new Map<string, Handler>();
  readonly #pending = new Set<{ readonly from: string; readonly fail: (why: string) => void }>();
  #messages: Message[] = [];
  #tick = 0;
  #sent = 0;
  readonly weather: Weather = { drop: 0, twice: 0, delay: 1 };
  partitioned = false;

  constructor(random: Random) {
    this.#random = random;
  }

  get sent(): number {
    return this.#sent;
  }

  get busy(): boolean {
    return this.#pending.size > 0;
  }

  serve(host: string, handler: Handler): void {
    this.#handlers.set(host, handler);
  }

  /** `fetch` as the programs on a machine see it. */
  fetchFrom(from: string): typeof globalThis.fetch {
    return (input, init) => {
      const { host, pathname } = new URL(input instanceof Request ? input.url : input);
      const body = typeof init?.body === 'string' ? init.body : undefined;
      return new Promise<Response>((resolve, reject) => {
        const settled = { from, fail: (why: string) => over(() => reject(new Error(why))) };
        const over = (settle: () => void): void => {
          if (this.#pending.delete(settled)) settle();
        };
        this.#pending.add(settled);
        this.#post(() => {
          const answer = this.#handlers.get(host)?.(pathname, body) ?? null;
          if (answer === null) return settled.fail('connection refused');
          const { status, type } = answer;
          const bytes = Uint8Array.from(answer.body);
          this.#post(() => over(() => resolve(new Response(bytes, { status, headers: { 'content-type': type } }))));
        });
        this.#messages.push(this.#message(TIMEOUT_TICKS, () => settled.fail('timed out')));
        init?.signal?.addEventListener('abort', () => settled.fail('aborted'), { once: true });
      });
    };
  }

  /** One tick: what is due arrives. */
  step(): void {
    this.#tick += 1;
    const due = this.#messages.filter((message) => message.due <= this.#tick);
    this.#messages = this.#messages.filter((message) => message.due > this.#tick);
    due.sort((a, b) => a.due - b.due || a.order - b.order);
    for (const { deliver } of due) deliver();
  }

  /** The programs on a machine died: nobody waits for their answers. */
  hangUp(from: string): void {
    for (const pending of this.#pending) if (pending.from === from) pending.fail('the program died');
  }

  #post(deliver: () => void): void {
    const { drop, twice, delay } = this.weather;
    const copies = this.#random.chance(twice) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (this.partitioned || this.#random.chance(drop)) continue;
      this.#messages.push(this.#message(this.#random.between(1, delay), deliver));
    }
  }

  #message(ticks: number, deliver: () => void): Message {
    this.#sent += 1;
    return { due: this.#tick + ticks, order: this.#random.next(), deliver };
  }
}
