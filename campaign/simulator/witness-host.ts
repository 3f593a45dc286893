// The machine that runs the witness: its store, its judgement, and a look at the log from time to time. What leaves it
// cosigned goes into the ledger at the moment when it leaves.
import {
  followOnce,
  knownLogs,
  openWitnessStore,
  parseKnownParties,
  Witness,
  type FolderLock,
  type WitnessStore,
} from '@weighbridge/journal';
import type { SimClock } from './clock.ts';
import type { Machine } from './disk/machine.ts';
import type { Ledger } from './ledger.ts';
import { judge, type Started } from './node-host.ts';

const FOLDER = '/witness/store';

export interface WitnessHostOptions {
  readonly machine: Machine;
  readonly clock: SimClock;
  readonly fetch: typeof globalThis.fetch;
  readonly ledger: Ledger;
  readonly logUrl: string;
}

export class WitnessHost {
  readonly machine: Machine;
  readonly #options: WitnessHostOptions;
  /** Public keys of the log, as its operator has told them. */
  readonly logKeys: Set<string> = new Set();
  witness: Witness | null = null;
  store: WitnessStore | null = null;
  #following = 0;
  vkey = '';

  constructor(options: WitnessHostOptions) {
    this.#options = options;
    this.machine = options.machine;
  }

  start(): Started {
    const { machine, clock, ledger, logUrl } = this.#options;
    machine.restart();
    // One program at a time runs on a machine here: the lock that keeps a second one out has nothing to do.
    const acquire = (folder: string): FolderLock => ({
      folder,
      leaving: () => undefined,
      release: () => undefined,
    });
    try {
      const store = openWitnessStore(FOLDER, { name: 'witness.example/1', acquire });
      const lines = [...this.logKeys].map((vkey) => `log ${vkey} ${logUrl}\n`).join('');
      const { logs } = parseKnownParties(Buffer.from(lines));
      const witness = new Witness({
        memory: store,
        logs: knownLogs(logs),
        clock,
        onEvent: ({ what, origin }) => {
          const remembered = witness.remembered(origin);
          if (what !== 'cosigned' || remembered === null || !machine.up) return;
          ledger.cosigned.push({
            origin,
            size: remembered.size,
            root: remembered.root.toString('base64'),
            text: remembered.text,
          });
        },
      });
      this.vkey = witness.vkey;
      this.store = store;
      this.witness = witness;
      return { outcome: 'runs' };
    } catch (error) {
      if (!machine.up) return { outcome: 'down' };
      machine.crash('kill');
      return judge(error as Error);
    }
  }

  /** One look at the log, unless one is under way. */
  follow(): void {
    const { witness } = this;
    if (witness === null || this.#following > 0) return;
    const [log] = [...witness.logs.values()];
    if (log === undefined) return;
    this.#following += 1;
    // What it finds goes into the witness's memory; what the network does to it is no news. A disk that fails under it
    // ends the look, as it ends the process of a witness.
    followOnce(witness, log, { fetch: this.#options.fetch }).then(
      () => (this.#following -= 1),
      () => (this.#following -= 1),
    );
  }

  /** Answers as the witness's server does, once a request has been read. */
  answer(path: string, body: string | undefined): { status: number; type: string; body: Buffer } | null {
    if (this.witness === null || !this.machine.up) return null;
    if (path !== '/add-checkpoint') return { status: 404, type: 'text/plain', body: Buffer.from('nothing here\n') };
    const { status, type, body: text } = this.witness.addCheckpoint(Buffer.from(body ?? ''));
    return this.machine.up ? { status, type, body: Buffer.from(text) } : null;
  }

  forget(): void {
    this.witness = null;
    this.store = null;
  }
}
