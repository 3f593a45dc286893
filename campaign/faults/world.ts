// What a world of faults is made of: a small disk with the home of an instance on it, clouds that answer, a witness, clients
// that never rest, and a note of everything that any of them saw. It knows how to start, end and load; nothing of faults.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { labConfiguration, startLab, type RunningLab } from '@weighbridge/lab';
import { askControl, openHome, readInstance, type Home, type Status } from '@weighbridge/server';
import { startLoad, type Load } from '../stand/load.ts';
import { endInstance, startInstance, tryInstance, type Instance } from '../stand/start-instance.ts';
import { watchCheckpoints } from '../stand/watch.ts';
import type { Evidence } from './audit/evidence.ts';
import type { ReadParts } from './audit/sealed-log.ts';
import type { SmallDisk } from './small-disk.ts';
import { endWitness, startWitness, type WitnessOptions, type WitnessProcess } from './witness-process.ts';

export interface WorldOptions {
  /** Everything of this world that is not on its disk. */
  readonly folder: string;
  readonly disk: SmallDisk;
  readonly seed: number;
  readonly clients: number;
  readonly evidence: Evidence;
  /** Of a world that was prepared: its home and its witness's are copied. */
  readonly from?: { readonly home: string; readonly witness: string; readonly name: string };
  /** Waits of the clouds: first token, and between two. */
  readonly latency: { readonly ttft_ms: number; readonly gap_ms: number };
}

const AGAIN_MS = 20_000;
const STATUS_MS = 30_000;
const LOOK_MS = 25;

export class World {
  readonly home: Home;
  readonly disk: SmallDisk;
  readonly evidence: Evidence;
  readonly folder: string;
  readonly witnessHome: string;
  /** The auditor's own. */
  readonly readParts: ReadParts = new Map();
  witnessName: string;
  witness: WitnessProcess | null = null;
  instance: Instance | null = null;
  readonly #options: WorldOptions;
  readonly #lab: RunningLab;
  readonly #homeFolder: string;
  #load: Load | null = null;
  #watch: { readonly end: AbortController; readonly ended: Promise<void> } | null = null;

  constructor(options: WorldOptions, lab: RunningLab) {
    this.#options = options;
    this.#lab = lab;
    this.folder = options.folder;
    this.disk = options.disk;
    this.evidence = options.evidence;
    this.#homeFolder = join(options.disk.folder, 'h');
    this.home = openHome(this.#homeFolder, 'lab');
    this.witnessHome = join(options.folder, 'witness');
    this.witnessName = options.from?.name ?? 'auditor.example/1';
  }

  /** A world at work: an instance that carries calls, and a witness that cosigns its log. */
  static async open(options: WorldOptions): Promise<World> {
    const { folder, seed, from } = options;
    mkdirSync(folder, { recursive: true });
    const latency = { mode: 'fixed', ...options.latency } as const;
    const lab = await startLab({ folder: join(folder, 'lab'), seed, latency });
    const world = new World(options, lab);
    if (from !== undefined) {
      cpSync(from.home, world.#homeFolder, { recursive: true });
      cpSync(from.witness, world.witnessHome, { recursive: true });
    }
    try {
      await world.#begin();
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  /** The witness needs the log's key, and the log the witness's: without a prepared home the log goes first. */
  async #begin(): Promise<void> {
    this.configure();
    if (this.#options.from === undefined) {
      await this.start();
      await this.stop();
    }
    writeFileSync(this.logKey, readFileSync(join(this.home.journal, 'log/vkey')));
    await this.startWitness();
    this.configure();
    await this.start();
  }

  get logKey(): string {
    return join(this.folder, 'log.key');
  }

  get config(): string {
    return join(this.folder, 'config.json');
  }

  get trust(): string {
    return this.#lab.endpoints.caFile;
  }

  /** Writes the configuration, with the witness as it stands. */
  configure(): void {
    const witnesses = this.witness === null ? [] : [{ url: this.witness.url, vkey: this.witness.vkey }];
    const configuration = { ...(labConfiguration(this.#lab.endpoints) as object), journal: { witnesses } };
    writeFileSync(this.config, JSON.stringify(configuration));
  }

  async start(): Promise<void> {
    this.instance = await startInstance(this.#instanceOptions());
  }

  /** Null when it started; what it said when it refused to. */
  async tryStart(): Promise<string | null> {
    const started = await tryInstance(this.#instanceOptions());
    if ('refused' in started) return started.refused;
    this.instance = started;
    return null;
  }

  /** A start that is killed on its way. */
  async startAndKill(afterMs: number): Promise<void> {
    const options = { ...this.#instanceOptions(), killAfterMs: afterMs };
    const started = await tryInstance(options);
    if (!('refused' in started)) await endInstance(started, 'SIGKILL');
  }

  #instanceOptions(): Parameters<typeof startInstance>[0] {
    return { homeFolder: this.#homeFolder, config: this.config, trust: this.trust };
  }

  mustInstance(): Instance {
    if (this.instance === null) throw new Error('the instance does not run');
    return this.instance;
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    await this.rest();
    await this.#end('SIGTERM');
  }

  /** Ends it as it is; its clients see what they see. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
    await this.rest();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const instance = this.instance;
    this.instance = null;
    if (instance !== null) await endInstance(instance, signal);
  }

  /** Clients begin to call, and a reader to look at the checkpoint. Does nothing while they are at it. */
  carry(): void {
    const { origin, key } = this.mustInstance();
    this.#load ??= startLoad({ origin, key }, this.#options.clients);
    if (this.#watch !== null) return;
    const end = new AbortController();
    const see = (note: string): void => void this.evidence.shown.add(note);
    this.#watch = { end, ended: watchCheckpoints(origin, see, end.signal) };
  }

  /** Until every client has its answer, or has given up. */
  async rest(): Promise<void> {
    const load = this.#load;
    const watch = this.#watch;
    this.#load = null;
    this.#watch = null;
    load?.stop();
    if (load !== null) this.evidence.seen.push(...(await load.ended));
    watch?.end.abort();
    await watch?.ended;
  }

  /** Null once calls complete that began after now; else what speaks against it. */
  async carriesAgain(): Promise<string | null> {
    this.carry();
    const { completed } = this.#load as Load;
    const least = completed() + this.#options.clients + 1;
    const done = await until(AGAIN_MS, () => completed() >= least);
    return done ? null : `no calls complete within ${AGAIN_MS / 1000} s: ${this.instance?.said().slice(-400) ?? ''}`;
  }

  /** Calls of the load under way that were refused with this code. */
  refused(code: string): number {
    return this.#load?.refused(code) ?? 0;
  }

  control<Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    const socket = readInstance(this.home)?.socket;
    if (socket === undefined) throw new Error('the instance left no word of where it can be asked');
    return askControl<Answer>(socket, method, path, body);
  }

  /** A machine that is busy with much else may not answer at once. */
  async status(): Promise<Status> {
    const deadline = performance.now() + STATUS_MS;
    for (;;) {
      try {
        return await this.control<Status>('GET', '/status');
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await setTimeout(LOOK_MS);
      }
    }
  }

  witnessOptions(): WitnessOptions {
    const port = this.witness === null ? 0 : Number(new URL(this.witness.url).port);
    return { homeFolder: this.witnessHome, name: this.witnessName, logKey: this.logKey, port };
  }

  /** At the address that it had before. */
  async startWitness(): Promise<void> {
    const started = await startWitness(this.witnessOptions());
    if ('refused' in started) throw new Error(`the witness did not start: ${started.refused}`);
    this.witness = started;
  }

  /** What the witness remembers, as its files have it. */
  noteCosigned(): void {
    const logs = join(this.witnessHome, 'witness/logs');
    for (const name of readdirSync(logs).filter((each) => each.endsWith('.checkpoint')))
      this.evidence.cosigned.add(readFileSync(join(logs, name), 'utf8'));
  }

  async close(): Promise<void> {
    this.instance?.child.kill('SIGCONT');
    await this.rest();
    await this.#end('SIGTERM');
    if (this.witness !== null) await endWitness(this.witness);
    await this.#lab.stop();
  }
}

/** False when it has not come to be within the time. */
export async function until(ms: number, holds: () => boolean | Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (performance.now() < deadline) {
    if (await holds()) return true;
    await setTimeout(LOOK_MS);
  }
  return holds();
}
