// The machine that runs the journal: what the server does at a start and at an end, in one process, with the product's
// own functions. A crash of the machine ends it wherever it is; what is done here afterwards has no effect.
import {
  createSignals,
  nextEpoch,
  openRecorder,
  openVault,
  openWriteAhead,
  recoverJournal,
  startWitnessing,
  type Durability,
  type Recorder,
  type Witnessing,
  type WriteAhead,
} from '@weighbridge/journal';
import { isAppError } from '@weighbridge/kernel';
import { Crashed, type Machine } from './disk/machine.ts';
import type { SimClock } from './clock.ts';

export const ORIGIN = 'journal.example/node-1/lab';
const SEGMENT_BYTES = 9 * 1024;
const RESERVE_BYTES = 18 * 1024;

export interface NodeOptions {
  readonly machine: Machine;
  readonly clock: SimClock;
  readonly durability: Durability;
  readonly lanes: number;
  readonly fetch: typeof globalThis.fetch;
  /** Null while there is none yet. */
  readonly witness: () => { readonly url: string; readonly vkey: string } | null;
}

/** What runs between a start and an end. */
export interface Running {
  readonly recorder: Recorder;
  readonly lanes: readonly WriteAhead[];
  readonly witnessing: Witnessing;
  readonly life: number;
}

/** How a start ended. `down`: the machine crashed. `later`: the disk refuses, which passes. `refused`: for good. */
export type Started =
  | { readonly outcome: 'runs' | 'down' | 'later' }
  | { readonly outcome: 'refused'; readonly why: string };

export class NodeHost {
  readonly machine: Machine;
  readonly folder: string;
  readonly vault: string;
  readonly #options: NodeOptions;
  running: Running | null = null;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.machine = options.machine;
    this.folder = `/${options.machine.name}/journal`;
    this.vault = `/${options.machine.name}/vault`;
  }

  start(): Started {
    this.machine.restart();
    try {
      this.running = this.#open();
      return { outcome: 'runs' };
    } catch (error) {
      // The process ends; the operating system closes what it held.
      if (!this.machine.up) return { outcome: 'down' };
      this.machine.crash('kill');
      return judge(error as Error);
    }
  }

  #open(): Running {
    const { clock, durability, lanes, machine } = this.#options;
    const { folder, vault } = this;
    const epoch = nextEpoch(folder);
    openVault(vault, { origin: ORIGIN });
    const signals = createSignals();
    const common = { folder, vault, epoch, node: 'node-1', build: 'sim', signals, clock };
    const recorder = openRecorder({ ...common, durability, log: 'lab', checkpointMs: 1_000 });
    const writers: WriteAhead[] = [];
    for (let lane = 1; lane <= lanes; lane += 1) {
      const bounds = { segmentBytes: SEGMENT_BYTES, reserveBytes: RESERVE_BYTES, segmentMs: 20_000 };
      writers.push(openWriteAhead({ ...common, ...bounds, lane, durability, tickMs: 0 }));
    }
    const { fetch, witness } = this.#options;
    const asked = witness();
    const witnesses = asked === null ? [] : [asked];
    const witnessing = startWitnessing({ folder, witnesses, fetch, clock, lookMs: 0 });
    return { recorder, lanes: writers, witnessing, life: machine.life };
  }

  /** What the command `recover` does. Throws what it throws. */
  succeed(reason: string): void {
    const { machine, clock } = this.#options;
    const { folder, vault } = this;
    machine.restart();
    const epoch = nextEpoch(folder);
    recoverJournal({ folder, vault, epoch, node: 'node-1', build: 'sim', log: 'lab', clock, reason });
    machine.crash('kill');
  }

  /** The process is gone. */
  forget(): void {
    this.running = null;
  }
}

/** Errors by which the product says that it will not go on with this journal, as against a disk that refuses. */
export function judge(error: Error): Started {
  if (error instanceof Crashed) return { outcome: 'down' };
  const passing = !isAppError(error) || error.code === 'JOURNAL_UNAVAILABLE';
  const system = typeof (error as NodeJS.ErrnoException).code === 'string' && !isAppError(error);
  if (passing && (system || isAppError(error))) return { outcome: 'later' };
  return { outcome: 'refused', why: isAppError(error) ? `${error.code}: ${error.message}` : String(error.stack) };
}
