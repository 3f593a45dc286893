// A simulated run's world: the machines, the network between them, the clock, and the ledger of what was seen from
// outside. It brings machines up and down; what happens in between is the workload's.
import { serveLog, useDisk } from '@weighbridge/journal';
import { createUlid, type JsonObject } from '@weighbridge/kernel';
import { appendedIds } from './audit/log-files.ts';
import { SimClock } from './clock.ts';
import type { CrashKind, Machine } from './disk/machine.ts';
import { SimDisk } from './disk/sim-disk.ts';
import { Ledger, noCounts, type Counts, type SentEntry } from './ledger.ts';
import type { Mutation } from './mutation.ts';
import { Network } from './network.ts';
import { NodeHost, type Started } from './node-host.ts';
import type { Plan } from './plan.ts';
import { Random } from './random.ts';
import { ProjectorHost, type ProjectorSabotage } from './projector-host.ts';
import type { Decided } from './receipts.ts';
import { SimStore } from './store/sim-store.ts';
import type { Tables } from './store/tables.ts';
import { WitnessHost } from './witness-host.ts';

/** So many states of the tables are kept for the auditor. */
const FOLDED_MOST = 8;
const LOG_URL = 'http://node/log';

/** A call whose intent was handed over and whose receipt was not. */
export interface OpenCall {
  readonly id: string;
  readonly subject: string;
  readonly lane: number;
  readonly life: number;
  readonly intent: SentEntry;
  readonly asked: JsonObject;
  readonly decided: Decided;
}

export class World {
  readonly plan: Plan;
  readonly clock: SimClock = new SimClock();
  readonly disk: SimDisk = new SimDisk();
  readonly ledger: Ledger = new Ledger();
  readonly counts: Counts = noCounts();
  readonly network: Network;
  readonly node: NodeHost;
  readonly witness: WitnessHost;
  readonly store: SimStore;
  readonly projector: ProjectorHost;
  readonly projectorRandom: Random;
  /** A copy of the tables that somebody has put aside. */
  backup: Tables | null = null;
  readonly mutation: Mutation | null;
  readonly nextId: () => string;
  readonly say: (text: string) => void;
  calls: OpenCall[] = [];
  /** By life, lane and digest: decisions that a lane has written. */
  readonly decided: Map<string, SentEntry> = new Map();
  /** A copy of the node that goes on by itself; while `impostor`, it answers in the node's name. */
  fork: NodeHost | null = null;
  impostor = false;
  /** Subjects whose erasure the lanes have not taken up yet. */
  readonly untakenErasures: Set<string> = new Set();
  /** Files to be lost before the next start. */
  toLose: string[] = [];

  #every = 1;

  constructor(plan: Plan, mutation: Mutation | null, say: (text: string) => void) {
    const { seed } = plan;
    this.plan = plan;
    this.mutation = mutation;
    this.say = say;
    this.network = new Network(new Random(seed, 'network'));
    const ids = new Random(seed, 'ids');
    this.nextId = createUlid(
      () => this.clock.wall(),
      (bytes) => bytes.set(ids.bytes(bytes.length)),
    );
    const nodeMachine = this.disk.addMachine('node', new Random(seed, 'node'));
    const witnessMachine = this.disk.addMachine('witness', new Random(seed, 'witness'));
    this.witness = new WitnessHost({
      machine: witnessMachine,
      clock: this.clock,
      fetch: this.network.fetchFrom('witness'),
      ledger: this.ledger,
      logUrl: LOG_URL,
    });
    this.node = new NodeHost(this.#nodeOptions(nodeMachine));
    this.store = new SimStore(plan.store.kind, new Random(seed, 'store'));
    this.projectorRandom = new Random(seed, 'projector');
    this.store.onCommit = (tables) => this.#seeCommitted(tables);
    const { folder, vault } = this.node;
    const sabotage: ProjectorSabotage = mutation?.projector?.() ?? {};
    const shared = { clock: this.clock, store: this.store, say };
    this.projector = new ProjectorHost({ machine: nodeMachine, folder, vault, ...shared, sabotage });
    this.#connect();
    nodeMachine.onCrash = (kind) => this.#beforeCrash(kind);
    this.disk.onFailedSync = (path) => {
      if (path.startsWith('/node/vault/subjects/')) this.ledger.keysUnsure = true;
    };
    this.disk.onRename = (path, content) => this.#seePublished(path, content);
    if (mutation?.sabotage !== undefined) this.disk.sabotage = mutation.sabotage(nodeMachine);
    useDisk(this.disk);
    this.#layOut();
  }

  close(): void {
    this.network.hangUp('node');
    this.network.hangUp('fork');
    this.network.hangUp('witness');
    useDisk(null);
  }

  /** Brings the node up. What was lost while it was down is lost now. */
  startNode(): Started {
    const { machine } = this.node;
    const lost = this.toLose;
    this.toLose = [];
    for (const path of lost) this.#lose(path);
    const started = this.node.start();
    this.counts.starts += 1;
    this.say(`node starts (life ${machine.life}): ${started.outcome === 'refused' ? started.why : started.outcome}`);
    if (started.outcome === 'runs') this.untakenErasures.clear();
    if (started.outcome === 'runs') this.#tellWitness();
    return started;
  }

  startWitness(): Started {
    if (this.witness.logKeys.size === 0) return { outcome: 'later' };
    const { machine } = this.witness;
    const memory = [...this.disk.filesOf(machine).keys()].filter((path) => /\/(logs\/|origins)/.test(path));
    if (this.mutation?.witnessForgets === true && memory.length > 0) this.#forgetWitness(memory);
    const started = this.witness.start();
    this.say(`witness starts: ${started.outcome === 'refused' ? started.why : started.outcome}`);
    return started;
  }

  /** Takes note of machines that went down since. */
  noticeCrashes(): void {
    if (!this.node.machine.up && this.node.running !== null) {
      this.node.forget();
      this.network.hangUp('node');
    }
    if (!this.witness.machine.up && this.witness.witness !== null) {
      this.witness.forget();
      this.network.hangUp('witness');
    }
  }

  /** The operator of the witness learns the log's key as it is now. */
  #tellWitness(): void {
    const vkey = this.disk.filesOf(this.node.machine).get('/journal/log/vkey')?.toString('utf8').trim();
    if (vkey === undefined || this.witness.logKeys.has(vkey)) return;
    this.witness.logKeys.add(vkey);
    // Its configuration is read at a start.
    if (this.witness.machine.up) this.witness.machine.crash('kill');
  }

  /** An older state of the node's disk, brought up elsewhere. */
  startFork(): Started {
    const machine = this.disk.copyMachine(this.node.machine, 'fork', new Random(this.plan.seed, 'fork'));
    this.fork = new NodeHost(this.#nodeOptions(machine));
    return this.fork.start();
  }

  #nodeOptions(machine: Machine): ConstructorParameters<typeof NodeHost>[0] {
    return {
      machine,
      clock: this.clock,
      durability: this.plan.durability,
      lanes: this.plan.lanes,
      fetch: this.network.fetchFrom(machine.name),
      witness: () => (this.witness.vkey === '' ? null : { url: 'http://witness', vkey: this.witness.vkey }),
    };
  }

  #connect(): void {
    this.network.serve('witness', (path, body) => this.witness.answer(path, body));
    this.network.serve('node', (path) => {
      const host = this.impostor ? this.fork : this.node;
      if (host === null || host.running === null || !host.machine.up) return null;
      try {
        const { status, headers, body } = serveLog(host.folder, path.replace(/^\/log/, ''));
        return { status, type: headers['content-type'] ?? '', body };
      } catch {
        // As the product's server: an error of the disk is a 503, and a machine that went down says nothing.
        return host.machine.up ? { status: 503, type: 'text/plain', body: Buffer.alloc(0) } : null;
      }
    });
  }

  #seePublished(path: string, content: () => string): void {
    if (path !== '/node/journal/log/checkpoint' || !this.node.machine.up) return;
    this.ledger.published.push(content());
    this.counts.checkpoints += 1;
  }

  /** Some of all transactions are looked at: more and more seldom, so that a long run has as few as a short one. */
  #seeCommitted(tables: Tables): void {
    const { ledger, counts } = this;
    counts.transactions += 1;
    if (counts.transactions % this.#every !== 0) return;
    ledger.folded.push({ tables, checkpoint: ledger.published.at(-1) });
    if (ledger.folded.length < FOLDED_MOST) return;
    ledger.folded = ledger.folded.filter((_, index) => index % 2 === 1);
    this.#every *= 2;
  }

  #beforeCrash(kind: CrashKind): void {
    this.projector.kill();
    // What is embedded is not believed after the end of the machine.
    if (kind === 'power' && this.store.kind === 'embedded') this.store.wipe();
    if (kind === 'kill') this.counts.kills += 1;
    else this.counts.power_losses += 1;
    if (kind !== 'power') return;
    // What was refused since its sync failed may be seen, and sealed, and be gone from its file afterwards.
    for (const { kind: what, told, id } of this.ledger.entries)
      if (what === 'intent' && told === 'refused') this.ledger.leftOpen.add(id);
    if (this.plan.durability === 'disk') return;
    // `process` promises nothing for a loss of power, except what a checkpoint covers.
    const sealed = appendedIds(this.disk.filesOf(this.node.machine), this.ledger.published.at(-1));
    for (const entry of this.ledger.entries) {
      if (entry.told === 'kept' && !sealed.has(`${entry.kind} ${entry.id}`)) entry.released = true;
      if (entry.kind === 'intent' && !sealed.has(`call ${entry.id}`)) this.ledger.leftOpen.add(entry.id);
    }
  }

  /** The salt key is the seed's, so that the names of files that are made from it are the seed's too. */
  #layOut(): void {
    const { disk, plan } = this;
    disk.mkdirSync('/node/vault');
    const salt = new Random(plan.seed, 'salt').bytes(32).toString('base64');
    disk.writeFileSync('/node/vault/salt.key', `${salt}\n`, { mode: 0o600 });
    disk.syncAll(this.node.machine);
  }

  #forgetWitness(memory: readonly string[]): void {
    if (!this.witness.machine.up) this.witness.machine.restart();
    for (const path of memory) this.disk.rmSync(`/witness${path}`);
    this.disk.writeFileSync('/witness/store/origins', '', { mode: 0o600 });
  }

  #lose(path: string): void {
    const { machine } = this.node;
    if (!machine.up) machine.restart();
    // Whoever deletes it is not the program: its crash does not come here.
    machine.crashAt = Infinity;
    this.say(`lost while down: ${path}`);
    this.disk.rmSync(path, { force: true, recursive: true });
  }
}
