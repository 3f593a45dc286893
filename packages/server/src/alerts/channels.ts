// The channels that alerts leave by. Each has a queue with a bound and its own clock for tries: one that is down keeps no
// other waiting, no call, and no entry of the journal, where every alert stands before it is sent. What could not be
// delivered is counted and shown.
import { isDeepStrictEqual } from 'node:util';
import { toAppError, type Clock } from '@weighbridge/kernel';
import type { ReadSecret } from '@weighbridge/gateway';
import type { AlertChannelConfig, ChannelState, Config } from '@weighbridge/protocol';
import type { Instance, Notice } from './notice.ts';
import { senderOf, type Send } from './senders.ts';
import type { Say } from '../logging/events.ts';
import { causeWords } from '../logging/cause.ts';

const WAITING_MOST = 200;
/** After the first try, so long until the next; after the last it is given up. */
const AGAIN_MS = [1_000, 5_000, 30_000, 120_000];
const DEADLINE_MS = 10_000;

export interface ChannelsOptions {
  readonly readSecret: ReadSecret;
  readonly clock: Clock;
  readonly instance: Instance;
  readonly say: Say;
  readonly againMs?: readonly number[];
  readonly deadlineMs?: number;
}

export interface Channels {
  /** Takes up what a configuration names; a channel that stays as it was keeps what waits. */
  use(named: Config['alerts']['channels']): void;
  send(notice: Notice): void;
  /** One try, and what came of it; null: there is no such channel. */
  test(name: string, notice: Notice): Promise<{ readonly problem: string | null } | null>;
  states(): readonly ChannelState[];
  stop(): void;
}

export function openChannels(options: ChannelsOptions): Channels {
  let channels: readonly Channel[] = [];
  return {
    use: (named) => {
      const before = new Map(channels.map((channel) => [channel.name, channel]));
      channels = Object.entries(named).map(([name, config]) => {
        const known = before.get(name);
        if (known === undefined || !isDeepStrictEqual(known.config, config)) return new Channel(name, config, options);
        before.delete(name);
        return known;
      });
      for (const gone of before.values()) gone.stop();
    },
    send: (notice) => {
      for (const channel of channels) channel.take(notice);
    },
    test: async (name, notice) => {
      const channel = channels.find((one) => one.name === name);
      return channel === undefined ? null : { problem: await channel.once(notice) };
    },
    states: () => channels.map((channel) => channel.state()),
    stop: () => {
      for (const channel of channels) channel.stop();
      channels = [];
    },
  };
}

class Channel {
  readonly name: string;
  readonly config: AlertChannelConfig;
  readonly #send: Send;
  readonly #options: ChannelsOptions;
  readonly #waiting: Notice[] = [];
  #tries = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending = false;
  #stopped = false;
  #delivered = 0;
  #dropped = 0;
  #deliveredAt: number | null = null;
  #problem: string | null = null;

  constructor(name: string, config: AlertChannelConfig, options: ChannelsOptions) {
    this.name = name;
    this.config = config;
    this.#options = options;
    const { readSecret, clock, instance, deadlineMs = DEADLINE_MS } = options;
    this.#send = senderOf(config, { readSecret, clock, instance, deadlineMs });
  }

  take(notice: Notice): void {
    if (this.#stopped || this.config.only?.includes(notice.alert) === false) return;
    if (this.#waiting.length >= WAITING_MOST) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(notice);
    if (this.#timer === undefined) void this.#work();
  }

  /** One try beside the queue; null: it was delivered. */
  async once(notice: Notice): Promise<string | null> {
    try {
      await this.#send(notice);
      this.#well();
      return null;
    } catch (error) {
      this.#problem = toAppError(error).message;
      return this.#problem;
    }
  }

  state(): ChannelState {
    const state = this.#problem !== null ? 'failing' : this.#deliveredAt === null ? 'idle' : 'up';
    return {
      name: this.name,
      kind: this.config.kind,
      state,
      delivered_at: this.#deliveredAt,
      problem: this.#problem,
      delivered: this.#delivered,
      dropped: this.#dropped,
      waiting: this.#waiting.length,
    };
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#dropped += this.#waiting.splice(0).length;
  }

  async #work(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    this.#timer = undefined;
    try {
      for (let next = this.#waiting[0]; next !== undefined && !this.#stopped; next = this.#waiting[0]) {
        if (!(await this.#try(next))) return;
        this.#tries = 0;
        if (this.#waiting[0] === next) this.#waiting.shift();
      }
    } finally {
      this.#sending = false;
    }
  }

  /** False when it has to be tried again later. */
  async #try(notice: Notice): Promise<boolean> {
    try {
      await this.#send(notice);
      this.#well();
      return true;
    } catch (error) {
      const failure = toAppError(error);
      if (this.#problem === null && !this.#stopped)
        this.#options.say(`alerts: channel "${this.name}": ${causeWords(error)}`, 'alert.channel_failed', {
          channel: this.name,
        });
      this.#problem = failure.message;
      const wait = (this.#options.againMs ?? AGAIN_MS)[this.#tries];
      this.#tries += 1;
      if (wait === undefined || failure.code === 'ALERT_REFUSED') {
        this.#dropped += 1;
        return true;
      }
      if (!this.#stopped) this.#timer = setTimeout(() => void this.#work(), wait).unref();
      return false;
    }
  }

  #well(): void {
    if (this.#problem !== null)
      this.#options.say(`alerts: channel "${this.name}" takes alerts again`, 'alert.channel_well', {
        channel: this.name,
      });
    this.#problem = null;
    this.#delivered += 1;
    this.#deliveredAt = this.#options.clock.wall();
  }
}
