// What the control API stands on. Everything it tells and changes goes through these; it holds no state of its own but
// sessions and what it was asked to prepare.
import type { Clock } from '@weighbridge/kernel';
import type { Actor, WitnessView } from '@weighbridge/protocol';
import type { Administration } from '../admin/administration.ts';
import type { Stores } from '../admin/stores.ts';
import type { ViewStore } from '../admin/view-store.ts';
import type { Status } from '../control/operations.ts';
import type { LanePool } from '../lanes/lane-pool.ts';
import type { Projections } from '../projector/projector-host.ts';
import type { Session, SessionBook } from './sessions.ts';

export interface ControlPorts {
  readonly clock: Clock;
  readonly stores: Pick<Stores, 'journal' | 'blobs' | 'admin' | 'nextId' | 'home'>;
  readonly administration: Administration;
  readonly views: ViewStore;
  readonly sessions: SessionBook;
  readonly lanes: Pick<LanePool, 'count' | 'health' | 'foresee' | 'stats'>;
  readonly projections: Projections;
  readonly status: () => Promise<Status>;
  /** As browsers see the console; null while nothing listens for them. */
  readonly origin: () => URL | null;
  /** What an operator should know while it runs. */
  readonly say: (message: string) => void;
  /** Those that the configuration names; none where it names none. */
  readonly witnesses: () => readonly WitnessView[];
}

/** Who asks, and how the answer reaches them. */
export interface Asked {
  readonly actor: Actor;
  /** Null on the control socket, and before a session is open. */
  readonly session: Session | null;
  /** Half of a session for the browser; '' takes it back. */
  readonly keep: (cookie: string) => void;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
}
