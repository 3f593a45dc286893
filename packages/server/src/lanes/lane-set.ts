// The lanes that take calls, and those that another has taken over from: changed together, and replaced one by one while
// calls pass. A change and a replacement never overlap, so that a lane begins with what is in force and hears of what comes
// after it; a lane that is leaving hears of it too, since a key that was revoked must stop there as well.
import { AppError } from '@weighbridge/kernel';
import type { LaneStats } from '@weighbridge/gateway';
import type { Activation, LaneAddress, LaneSetup } from './setup.ts';
import type { LaneHappened } from '../security/security-host.ts';
import { sumStats } from './lane-stats.ts';
import type { LaneThread } from './lane-worker.ts';

export const START_MS = 30_000;
const PREPARE_MS = 10_000;
const SWAP_MS = 2_000;
/** A call takes no longer than its route allows, ten minutes unless it says otherwise; what does is cut. */
const RETIRE_MS = 600_000;
/** Beyond a drain's own deadline, for the receipts of what it cut. */
const DRAIN_GRACE_MS = 5_000;
/** The lane that takes another's place writes under a number of its own: both write for a while. */
const TWIN = 64;

export interface LaneSetOptions {
  readonly setups: readonly LaneSetup[];
  /** Starts the thread of a lane, and has it heard. */
  readonly begin: (setup: LaneSetup) => LaneThread;
  /** Hears of a lane that died while it was leaving, by its number. */
  readonly lost: (lane: number) => void;
}

export class LaneSet {
  readonly #options: LaneSetOptions;
  readonly #lanes: LaneThread[] = [];
  readonly #leaving = new Set<LaneThread>();
  /** What those came to that have left. */
  #left: readonly LaneStats[] = [];
  readonly #parting: LaneHappened[] = [];
  #inForce: Activation;
  #address: LaneAddress | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: LaneSetOptions) {
    this.#options = options;
    const [first] = options.setups;
    if (first === undefined) throw new AppError('INTERNAL', 'invariant broken: an instance has a lane');
    this.#inForce = first.activation;
  }

  /** At the start, before anything is asked. */
  add(lane: LaneThread): void {
    this.#lanes.push(lane);
  }

  get leaving(): number {
    return this.#leaving.size;
  }

  async terminate(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.worker.terminate()));
  }

  /** Whether calls hang on it: one that was replaced may end. */
  serves(lane: LaneThread): boolean {
    return this.#lanes.includes(lane);
  }

  all<Value>(name: string, input: unknown, deadlineMs: number): Promise<Value[]> {
    return Promise.all(this.#lanes.map((lane) => lane.calls.ask<Value>(name, input, deadlineMs)));
  }

  /** One after the other: the first tells the port, the rest share it. */
  async listen(address: LaneAddress): Promise<{ port: number }> {
    let { port } = address;
    for (const lane of this.#lanes)
      ({ port } = await lane.calls.ask<{ port: number }>('listen', { ...address, port }, START_MS));
    this.#address = { ...address, port };
    return { port };
  }

  activate(activation: Activation, between: () => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      const leaving = [...this.#leaving];
      const ready = Promise.allSettled(leaving.map((lane) => lane.calls.ask('prepare', activation, PREPARE_MS)));
      try {
        await this.all('prepare', activation, PREPARE_MS);
        await between();
      } catch (error) {
        await Promise.allSettled(
          [...this.#lanes, ...leaving].map((lane) => lane.calls.ask('abort', undefined, SWAP_MS)),
        );
        throw error;
      }
      const prepared = await ready;
      await this.all('swap', undefined, SWAP_MS);
      await Promise.all(leaving.map((lane, index) => swapOrCut(lane, prepared[index]?.status === 'fulfilled')));
      const { prices } = activation;
      const sheets = prices.sheets ?? this.#inForce.prices.sheets;
      this.#inForce = { ...activation, prices: { ...prices, sheets } };
    });
  }

  async stats(deadlineMs: number): Promise<LaneStats[]> {
    const asked = [...this.#leaving].map(async (lane) => ({
      lane,
      stats: await lane.calls.ask<LaneStats>('stats', undefined, deadlineMs).catch(() => null),
    }));
    const [leaving, staying] = await Promise.all([
      Promise.all(asked),
      this.all<LaneStats>('stats', undefined, deadlineMs),
    ]);
    // One that has left meanwhile stands among those that have. That one is leaving is no sign that the instance is.
    const still = leaving.flatMap(({ lane, stats }) =>
      stats !== null && this.#leaving.has(lane) ? [{ ...stats, draining: false }] : [],
    );
    return [...staying, ...still, ...this.#left];
  }

  /** What was counted since the last time, of lanes that have left since too. */
  async happened(deadlineMs: number): Promise<readonly LaneHappened[]> {
    const asked = [...this.#leaving].map((lane) => lane.calls.ask<LaneHappened>('happened', undefined, deadlineMs));
    const heard = await Promise.allSettled(asked);
    return [
      ...this.#parting.splice(0),
      ...heard.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
      ...(await this.all<LaneHappened>('happened', undefined, deadlineMs)),
    ];
  }

  /**
   * Each lane in turn: another is started beside it and takes new connections, and then it takes no more. Resolves when the
   * last has been taken over from; calls under way go on there. Throws LANE_BUSY while those of the last time are leaving,
   * NOT_IMPLEMENTED where the system lets no two share a port.
   */
  replace(epochOf: () => number): Promise<void> {
    return this.#inTurn(async () => {
      const address = this.#address;
      if (address?.reusePort !== true)
        throw new AppError('NOT_IMPLEMENTED', 'this system lets no two lanes share a port, so none can take over', {
          next: 'stop the instance and start it again',
        });
      if (this.#leaving.size > 0)
        throw new AppError('LANE_BUSY', `${this.#leaving.size} lanes of the last time are still ending their calls`);
      for (const [index, old] of this.#lanes.entries()) {
        const fresh = await this.#begin(old, epochOf(), address);
        this.#lanes[index] = fresh;
        void this.#retire(old);
      }
    });
  }

  async #begin(old: LaneThread, epoch: number, address: LaneAddress): Promise<LaneThread> {
    const { setups, begin } = this.#options;
    const lane = old.lane > TWIN ? old.lane - TWIN : old.lane + TWIN;
    const [first] = setups;
    const fresh = begin({ ...(first as LaneSetup), lane, epoch, activation: this.#inForce });
    try {
      await fresh.calls.ask('ready', undefined, START_MS);
      await fresh.calls.ask('listen', address, START_MS);
      return fresh;
    } catch (error) {
      await fresh.worker.terminate();
      throw error;
    }
  }

  async #retire(old: LaneThread): Promise<void> {
    this.#leaving.add(old);
    try {
      const last = await old.calls.ask<LaneStats>('retire', RETIRE_MS, RETIRE_MS + DRAIN_GRACE_MS);
      this.#parting.push(await old.calls.ask<LaneHappened>('happened', undefined, SWAP_MS));
      this.#left = [sumStats([...this.#left, { ...last, inFlight: 0, draining: false, sealing: true }])];
    } catch {
      // It died on the way out: what it had begun is closed by recovery, as of any lane that dies.
      this.#options.lost(old.lane);
    } finally {
      this.#leaving.delete(old);
      await old.worker.terminate();
    }
  }

  /** All that are there, also those that are leaving. */
  async drain(deadlineMs: number): Promise<void> {
    const leaving = [...this.#leaving];
    const ask = (lane: LaneThread) => lane.calls.ask('drain', deadlineMs, deadlineMs + DRAIN_GRACE_MS);
    const left = Promise.allSettled(leaving.map(ask));
    // One that has died answers at once, and the others still end their calls.
    const ended = await Promise.allSettled(this.#lanes.map(ask));
    await left;
    await Promise.all([...this.#lanes, ...leaving].map((lane) => lane.worker.terminate()));
    const failed = ended.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const run = this.#turn.then(work);
    this.#turn = run.catch(() => undefined);
    return run;
  }
}

/** One that cannot take what is in force serves nobody any more. */
async function swapOrCut(lane: LaneThread, prepared: boolean): Promise<void> {
  try {
    if (!prepared) throw new AppError('LANE_BUSY', 'a lane that is leaving did not take the change');
    await lane.calls.ask('swap', undefined, SWAP_MS);
  } catch {
    await lane.calls.ask('drain', 0, DRAIN_GRACE_MS).catch(() => undefined);
  }
}
