// One destination of security events. It follows the journal by a mark of its own, kept in a file: while the other end is
// down nothing is dropped of what the journal holds, it is read later. What is in no journal (a wrong key, a refused
// configuration) waits in a queue with a bound; what finds no room is counted, and the count is an event itself.
import { BoundedQueue, toAppError } from '@weighbridge/kernel';
import type { SecurityDestinationConfig, SecurityState } from '@weighbridge/protocol';
import type { SecurityEvent } from './event.ts';
import { OCSF_ROWS, toOcsf, type Place } from './ocsf.ts';
import { Repeats } from './repeats.ts';
import type { Sink } from './sinks.ts';
import type { SyslogMessage } from './syslog.ts';

const WAITING_MOST = 2_000;
/** After each failure in a row, so long until the next try. */
const AGAIN_MS = [1_000, 2_000, 5_000, 15_000, 30_000];

/** The next events of the log, from an entry on. */
export interface JournalRead {
  readonly events: readonly { readonly event: SecurityEvent; readonly index: number }[];
  /** The first entry that was not looked at. */
  readonly next: number;
}

export interface OutletOptions {
  readonly name: string;
  readonly config: SecurityDestinationConfig;
  readonly sink: Sink;
  readonly place: Place;
  /** From which entry on. */
  readonly from: number;
  readonly read: (from: number) => JournalRead;
  /** Entries that the log holds. */
  readonly size: () => number;
  /** Keeps the mark: what is before it went out. */
  readonly keep: (mark: number) => void;
  readonly newId: () => string;
  readonly now: () => number;
  readonly said: (failure: { readonly problem: string; readonly code: string } | null) => void;
  readonly againMs?: readonly number[];
  readonly windowMs?: number;
  readonly waiting?: number;
}

export class Outlet {
  readonly name: string;
  readonly config: SecurityDestinationConfig;
  readonly #options: OutletOptions;
  readonly #waiting: BoundedQueue<SecurityEvent>;
  readonly #repeats: Repeats;
  #at: number;
  #mark: number;
  #sent = 0;
  #dropped = 0;
  #untold = 0;
  #problem: string | null = null;
  #failures = 0;
  #notBefore = 0;
  #sentAt: number | null = null;
  /** Taken and not sent yet: they go before anything else. */
  #held: SecurityEvent[] = [];

  constructor(options: OutletOptions) {
    this.name = options.name;
    this.config = options.config;
    this.#options = options;
    this.#waiting = new BoundedQueue<SecurityEvent>(options.waiting ?? WAITING_MOST);
    this.#repeats = new Repeats(options.windowMs);
    this.#at = options.from;
    this.#mark = options.from;
  }

  /** An event that no entry tells of. Repeats are counted here already, so that they take no room. */
  take(event: SecurityEvent): void {
    const told = this.#repeats.take(event, this.#options.now(), null);
    if (told !== null) this.#push(told);
  }

  state(): SecurityState {
    return {
      name: this.name,
      kind: this.config.kind,
      state: this.#problem !== null ? 'failing' : this.#sentAt === null ? 'idle' : 'up',
      problem: this.#problem,
      sent: this.#sent,
      dropped: this.#dropped,
      waiting: this.#waiting.length + this.#held.length,
      behind: Math.max(0, this.#options.size() - this.#at),
      sent_at: this.#sentAt,
    };
  }

  /** Sends what there is, unless it failed a moment ago; true when more is there. `last`: windows that are open are told too. */
  async turn(last = false): Promise<boolean> {
    const { now, read } = this.#options;
    if (!last && now() < this.#notBefore) return false;
    for (const event of this.#repeats.due(now(), last)) this.#push(event);
    if (this.#held.length === 0) {
      const { events, next } = read(this.#at);
      const fresh = events.flatMap(({ event, index }) => this.#repeats.take(event, now(), index) ?? []);
      this.#held = [...this.#queued(), ...fresh];
      this.#at = next;
    }
    const wanted = this.#held.filter(({ event }) => this.config.only?.includes(event) !== false || event === 'test');
    if (wanted.length > 0 && (await this.once(wanted)) !== null) return false;
    this.#held = [];
    this.#keep();
    return this.#at < this.#options.size();
  }

  /** One try; null: they were taken. */
  async once(events: readonly SecurityEvent[]): Promise<string | null> {
    const { sink, said, now } = this.#options;
    try {
      await sink.send(events.map((event) => this.#message(event)));
    } catch (error) {
      const { message, code } = toAppError(error);
      if (this.#problem === null) said({ problem: message, code });
      this.#problem = message;
      const again = this.#options.againMs ?? AGAIN_MS;
      this.#notBefore = now() + (again[Math.min(this.#failures, again.length - 1)] ?? 0);
      this.#failures += 1;
      return message;
    }
    if (this.#problem !== null) said(null);
    this.#problem = null;
    this.#failures = 0;
    this.#sent += events.length;
    this.#sentAt = now();
    return null;
  }

  close(): void {
    this.#options.sink.close();
  }

  #push(event: SecurityEvent): void {
    if (this.#waiting.push(event)) return;
    this.#dropped += 1;
    this.#untold += 1;
  }

  /** What waited, and how much found no room. */
  #queued(): SecurityEvent[] {
    const { now, newId } = this.#options;
    const events: SecurityEvent[] = [];
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) events.push(event);
    if (this.#untold === 0) return events;
    const message = `${this.#untold} security events were dropped: "${this.name}" did not take them in time`;
    const more = { destination: this.name, dropped: this.#untold };
    this.#untold = 0;
    return [...events, { event: 'events_dropped', uid: newId(), at: now(), message, more }];
  }

  #message(event: SecurityEvent): SyslogMessage {
    const json = JSON.stringify(toOcsf(event, this.#options.place));
    return { at: event.at, severity: OCSF_ROWS[event.event].severity, event: event.event, json };
  }

  /** What is counted and not told yet is read again by the next start. */
  #keep(): void {
    const mark = Math.min(this.#at, this.#repeats.heldFrom() ?? this.#at);
    if (mark === this.#mark) return;
    this.#mark = mark;
    this.#options.keep(mark);
  }
}
