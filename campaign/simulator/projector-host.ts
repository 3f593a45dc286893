// The program that folds: the product's projector over the node's journal and a simulated database, started with the
// node, and again when it ended. It waits for nothing but the run's own steps, so a run decides what happens when; one that
// was killed is never let go on.
import { openJournal, type Journal } from '@weighbridge/journal';
import { isAppError } from '@weighbridge/kernel';
import {
  openProjector,
  projectionsOf,
  type Database,
  type Pacing,
  type Projection,
  type Projector,
} from '@weighbridge/server';
import type { SimClock } from './clock.ts';
import type { Machine } from './disk/machine.ts';
import { SimPacing } from './pacing.ts';
import type { SimStore } from './store/sim-store.ts';

export const PROJECTIONS = projectionsOf({ recent: 64 });

/** Deliberate faults of the code under test. */
export interface ProjectorSabotage {
  readonly database?: (given: Database) => Database;
  readonly projections?: (given: readonly Projection[]) => readonly Projection[];
  readonly pacing?: (given: Pacing) => Pacing;
}

export interface ProjectorHostOptions {
  readonly machine: Machine;
  readonly folder: string;
  readonly vault: string;
  readonly clock: SimClock;
  readonly store: SimStore;
  readonly say: (line: string) => void;
  readonly sabotage: ProjectorSabotage;
}

/** One life of the program. */
interface Life {
  readonly pacing: SimPacing;
  readonly journal: Journal;
  projector: Projector | null;
}

const SETTLE_MS = 500;

export class ProjectorHost {
  readonly #options: ProjectorHostOptions;
  #life: Life | null = null;
  /** Whoever starts it again waits until then. */
  #notBefore = 0;
  /** How the program before ended. */
  #orderly = true;
  starts = 0;

  constructor(options: ProjectorHostOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#life !== null;
  }

  /** Null while it is not open. */
  get projector(): Projector | null {
    return this.#life?.projector ?? null;
  }

  /** The node's programs run: this one comes up when its time has come. */
  startWhenDue(): void {
    if (this.#life === null && this.#options.clock.monotonic() >= this.#notBefore) this.#start();
  }

  #start(): void {
    const { folder, vault, clock, machine, store, say, sabotage } = this.#options;
    let journal: Journal;
    try {
      journal = openJournal(folder, { vault });
    } catch (error) {
      if (machine.up) this.#later(error as Error);
      return;
    }
    const pacing = new SimPacing(clock);
    const life: Life = { pacing, journal, projector: null };
    this.#life = life;
    this.starts += 1;
    const connection = store.connect();
    openProjector({
      journal,
      database: sabotage.database?.(connection) ?? connection,
      projections: sabotage.projections?.(PROJECTIONS) ?? PROJECTIONS,
      pacing: sabotage.pacing?.(pacing) ?? pacing,
      say: (message) => {
        if (this.#life === life) say(`projector: ${message}`);
      },
      clock,
      verify: !this.#orderly,
    }).then(
      (projector) => {
        life.projector = projector;
      },
      (error: unknown) => {
        if (this.#life !== life || !machine.up) return;
        this.kill();
        this.#later(error as Error);
      },
    );
    this.#orderly = false;
  }

  #later(error: Error): void {
    const { clock, say, store } = this.#options;
    say(`the projector does not open: ${error.message}`);
    this.#notBefore = clock.monotonic() + SETTLE_MS;
    if (isAppError(error) && error.code === 'DATABASE_CORRUPT') store.wipe();
  }

  /** What waits for its turn goes on, as far as the next wait. */
  step(): void {
    this.#life?.pacing.step();
    const corrupt = this.projector !== null && this.#options.store.faults.damaged && this.#stoppedAsDamaged();
    if (!corrupt) return;
    // As the main thread does: damaged tables are thrown away, and folded again.
    this.kill();
    this.#options.store.wipe();
  }

  #stoppedAsDamaged(): boolean {
    const { machine } = this.#options;
    try {
      return this.projector?.state().some(({ problem }) => problem?.code === 'DATABASE_CORRUPT') === true && machine.up;
    } catch {
      return false; // A disk that refuses is asked again with the next look.
    }
  }

  /** Its process, or its thread, is gone. */
  kill(): void {
    if (this.#life === null) return;
    this.#life = null;
    this.#options.store.hangUp();
  }

  /** Ends it as the server does; the returned function tells whether it has ended. */
  close(): () => boolean {
    const life = this.#life;
    if (life === null) return () => true;
    if (life.projector === null) {
      this.kill();
      return () => true;
    }
    let ended = false;
    life.projector.close().then(
      () => {
        ended = true;
        if (this.#life !== life) return;
        this.#life = null;
        this.#orderly = true;
      },
      () => (ended = true),
    );
    return () => ended;
  }
}
