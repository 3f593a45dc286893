// The live stream: new calls as the tables take them in, and the state of the log. Each follower has its own place in the
// log and its own filter; all look at the same beat, and only when the log has grown. A follower that does not read is let
// go when too much waits for it: it comes back with the id of the last event it heard, and misses nothing.
import { AppError, isAppError, LIMITS, type Clock } from '@weighbridge/kernel';
import { liveInput, type CallSearchFilter, type LiveState } from '@weighbridge/protocol';
import { checkInput } from '../queries/query.ts';
import { lowest, upTo } from './answers/status.ts';
import type { Asked, ControlPorts } from './ports.ts';
import { causeWords } from '../logging/cause.ts';

const BEAT_MS = 500;

export interface Live {
  /** `last`: the id of the event heard last; null: from now on. Throws BAD_REQUEST, OVERLOADED. */
  follow(body: unknown, last: string | null, asked: Asked): ReadableStream<Uint8Array<ArrayBuffer>>;
  followers(): number;
  /** Ends every stream. */
  close(): void;
}

export type LivePorts = Pick<ControlPorts, 'projections' | 'stores' | 'sessions' | 'lanes' | 'clock' | 'say'>;

export function createLive(ports: LivePorts, beatMs = BEAT_MS): Live {
  const followers = new Set<Follower>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let beating = false;
  const beat = async (): Promise<void> => {
    if (beating) return;
    beating = true;
    try {
      const state = await stateOf(ports);
      await Promise.all([...followers].map((follower) => follower.look(state)));
    } catch (error) {
      // Whoever comes back is told by the endpoint itself what is wrong.
      ports.say(`the live stream was ended: ${causeWords(error)}`, 'control.live_ended');
      for (const follower of followers) follower.end();
    } finally {
      beating = false;
    }
  };
  const leave = (follower: Follower): void => {
    followers.delete(follower);
    if (followers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  return {
    follow: (body, last, asked) => {
      const { filters } = checkInput(liveInput, body);
      if (closed) throw new AppError('DRAINING', 'the instance is stopping');
      if (followers.size >= LIMITS.live_followers)
        throw new AppError('OVERLOADED', `${LIMITS.live_followers} follow the live stream already`);
      const size = ports.stores.journal.checkpoint().size;
      const follower = new Follower({ ports, filters, from: placeOf(last, size), asked, leave });
      followers.add(follower);
      timer ??= setInterval(() => void beat(), beatMs).unref();
      // What is asked from here on is no older than what is told now: a page need not ask again at its first word.
      void beat();
      return follower.stream;
    },
    followers: () => followers.size,
    close: () => {
      closed = true;
      for (const follower of followers) follower.end();
    },
  };
}

/** Throws BAD_REQUEST for what is no id of ours. */
function placeOf(last: string | null, size: number): number {
  if (last === null || last === '') return size;
  if (!/^\d{1,15}$/.test(last)) throw new AppError('BAD_REQUEST', 'the id of the last event is not one of this stream');
  return Math.min(Number(last), size);
}

async function stateOf({ projections, stores, lanes, clock }: LivePorts): Promise<LiveState> {
  const [tables, { inFlight }] = await Promise.all([projections.state(), lanes.stats()]);
  const { size } = stores.journal.checkpoint();
  return {
    at: clock.wall(),
    size,
    up_to: upTo(stores.journal, tables),
    lag_entries: Math.max(0, size - (lowest(tables.projections) ?? size)),
    lag_seconds: Math.max(0, ...tables.projections.map(({ lag_seconds: lag }) => lag)),
    tables: tables.state,
    in_flight: inFlight,
    windows: lanes.openWindows().length,
  };
}

interface FollowerOptions {
  readonly ports: LivePorts;
  readonly filters: readonly CallSearchFilter[];
  readonly from: number;
  readonly asked: Asked;
  readonly leave: (follower: Follower) => void;
}

const encoder = new TextEncoder();

class Follower {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #options: FollowerOptions;
  readonly #clock: Clock;
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | null = null;
  /** Index after the newest entry looked at. */
  #at: number;
  #told = '';
  #written: number;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#at = options.from;
    this.#clock = options.ports.clock;
    this.#written = this.#clock.monotonic();
    this.stream = new ReadableStream(
      {
        start: (controller) => {
          this.#controller = controller;
          this.#write(`: from ${this.#at}\n\n`);
        },
        cancel: () => this.#over(),
      },
      { highWaterMark: LIMITS.live_queue_bytes, size: (chunk) => chunk?.byteLength ?? 0 },
    );
    options.asked.signal.addEventListener('abort', () => this.end(), { once: true });
  }

  async look(state: LiveState): Promise<void> {
    const { session } = this.#options.asked;
    if (session !== null && !this.#options.ports.sessions.isOpen(session.id)) return this.end();
    try {
      while (this.#controller !== null && this.#at < state.size) if (!(await this.#step())) break;
    } catch (error) {
      // The tables are away for a moment: the state says so, and the calls are told when they are back.
      if (!isAppError(error)) throw error;
    }
    this.#tell(state);
  }

  end(): void {
    const controller = this.#controller;
    this.#over();
    try {
      controller?.close();
    } catch {
      return; // Whoever read it has gone already.
    }
  }

  /** False when there is nothing more to look at now. */
  async #step(): Promise<boolean> {
    const { ports, filters } = this.#options;
    const page = await ports.projections.ask('tail', {
      filters: [...filters],
      after: this.#at,
      limit: LIMITS.live_rows,
    });
    if (page.next <= this.#at) return false;
    if (page.from > this.#at) this.#event('gap', { from: this.#at, to: page.from }, page.from);
    this.#at = page.next;
    if (page.rows.length > 0) this.#event('calls', { rows: page.rows }, page.next);
    return page.more;
  }

  #tell(state: LiveState): void {
    const { at: _, ...facts } = state;
    const told = JSON.stringify(facts);
    if (told !== this.#told) this.#event('state', state, null);
    else if (this.#clock.monotonic() - this.#written >= LIMITS.live_heartbeat_ms) this.#write(': alive\n\n');
    this.#told = told;
  }

  #event(name: string, data: unknown, id: number | null): void {
    this.#write(`event: ${name}\n${id === null ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
  }

  #write(text: string): void {
    const controller = this.#controller;
    if (controller === null) return;
    // Nothing was read for so long that a megabyte waits.
    if ((controller.desiredSize ?? 0) <= 0) return this.end();
    controller.enqueue(encoder.encode(text));
    this.#written = this.#clock.monotonic();
  }

  #over(): void {
    this.#controller = null;
    this.#options.leave(this);
  }
}
