// What the control API stands on. Everything it tells and changes goes through these; it holds no state of its own but
// sessions and what it was asked to prepare.
import type { Clock } from '@weighbridge/kernel';
import type { WriteAhead } from '@weighbridge/journal';
import type { Actor, CommandForm, SampleState, WitnessView } from '@weighbridge/protocol';
import type { Administration } from '../admin/administration.ts';
import type { Stores } from '../admin/stores.ts';
import type { Alerting } from '../alerts/alerting.ts';
import type { Telemetry } from '../telemetry/telemetry-host.ts';
import type { ViewStore } from '../admin/view-store.ts';
import type { DealDesk } from '../deal/deal-desk.ts';
import type { ObservedDesk } from '../observed/observed-desk.ts';
import type { Reckoner } from '../deal/reckoner.ts';
import type { Status } from '../control/operations.ts';
import type { ServedLanes } from '../lanes/served-lanes.ts';
import type { Projections } from '../projector/projector-host.ts';
import type { Playground } from '../playground/playground.ts';
import type { PlanDesk } from '../plan/plan-desk.ts';
import type { ScenarioDesk } from '../scenario/scenario-desk.ts';
import type { Session, SessionBook } from './sessions.ts';
import type { Say } from '../logging/events.ts';
import type { Log } from '../logging/open-log.ts';
import type { Security } from '../security/security-host.ts';

export interface ControlPorts {
  readonly clock: Clock;
  readonly stores: Pick<Stores, 'journal' | 'blobs' | 'nextId' | 'home'> & {
    readonly admin: Pick<WriteAhead, 'append'>;
  };
  readonly administration: Pick<
    Administration,
    'snapshot' | 'config' | 'keys' | 'warnings' | 'createKey' | 'revokeKey'
  >;
  readonly views: ViewStore;
  readonly deal: DealDesk;
  /** Sellers' own records, imported. */
  readonly observed: ObservedDesk;
  readonly reckoner: Reckoner;
  readonly sessions: SessionBook;
  readonly lanes: Pick<
    ServedLanes,
    | 'count'
    | 'health'
    | 'routes'
    | 'foresee'
    | 'stats'
    | 'limits'
    | 'reservations'
    | 'cache'
    | 'purge'
    | 'openWindows'
    | 'knownWindows'
    | 'recorderSilentMs'
    | 'restart'
    | 'leaving'
  >;
  /** What was told, and by which channels; null for a log that is only looked at. */
  readonly alerting: Pick<Alerting, 'channels' | 'watched'> | null;
  /** Metrics of the calls; null where nobody may ask for them. */
  readonly telemetry: Telemetry['text'];
  readonly projections: Projections;
  readonly status: () => Promise<Status>;
  /** As browsers see the console; null while nothing listens for them. */
  readonly origin: () => URL | null;
  /** What an operator should know while it runs. */
  readonly say: Say;
  /** Of what a SIEM has to hear and no entry says. */
  readonly security: Pick<Security, 'tell' | 'states'>;
  /** The instance's own log; null where nobody reads one. */
  readonly log: Pick<Log, 'dropped'> | null;
  /** Those that the configuration names; none where it names none. */
  readonly witnesses: () => readonly WitnessView[];
  /** Calls out of the console; null for a log that is only looked at. */
  readonly playground: Playground | null;
  /** How commands are typed where it was started. */
  readonly command: CommandForm;
  /** Below which path of the listener this is asked: '' for the instance itself. */
  readonly mount: string;
  /** The sample organisation beside the instance; null where it shows none. */
  readonly sample: SamplePort | null;
  /** Of no log: they are about what stands behind the models. */
  readonly scenarios: Pick<ScenarioDesk, 'list' | 'check' | 'run'>;
  readonly plans: Pick<PlanDesk, 'list' | 'check' | 'run' | 'paper'>;
}

/** Of a log that is only looked at; sessions, origin and the rest are the instance's that shows it. */
export type ViewPorts = Pick<
  ControlPorts,
  | 'stores'
  | 'administration'
  | 'views'
  | 'deal'
  | 'observed'
  | 'lanes'
  | 'projections'
  | 'status'
  | 'witnesses'
  | 'alerting'
  | 'telemetry'
  | 'playground'
>;

export interface LogView {
  readonly ports: ViewPorts;
  /** Aborted when it is about to close: who follows it is let go. */
  readonly closing: AbortSignal;
  close(): Promise<void>;
}

export interface SamplePort {
  state(): Promise<SampleState>;
  /** Somebody looks at it: opened where it is closed, and going on once it can be asked. */
  look(): Promise<SampleState>;
  /** The log, while it is open. */
  view(): LogView | null;
  /** Whether a start shows it first: it is there, or will be. */
  readonly shown: () => boolean;
  /** Begins to make one that ends now; one that is there is removed first. Throws SAMPLE_FOREIGN, FOLDER_LOCKED. */
  make(calls?: number): Promise<void>;
  /** Every trace of it; starts do not make it again until they are asked to. Throws SAMPLE_FOREIGN, FOLDER_LOCKED. */
  remove(): Promise<void>;
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
