// What the control socket can be asked, and the checks on what it is given. Each operation is one line of the table.
import type { OpenWindow } from '../bypass/windows.ts';
import { AppError } from '@weighbridge/kernel';
import type { BatchView, LaneStats, PurgeAsked, Purged } from '@weighbridge/gateway';
import type { WitnessState } from '@weighbridge/journal';
import type { Actor, ProjectionsState, SecurityState } from '@weighbridge/protocol';
import type { AlertView } from '../admin/alerts.ts';
import type { Activated, Administration } from '../admin/administration.ts';
import type { PrunedAnswer } from '../admin/retention.ts';
import type { KeyWho } from '../keys/fold.ts';
import type { Projections } from '../projector/projector-host.ts';
import type { LaneDelay } from '../lanes/loop-delay.ts';
import type { WatchState } from '../watch-file.ts';
import type { ControlOperations } from './control-server.ts';
import type { ProbeResult } from './probe.ts';

export interface Status {
  readonly version: string;
  readonly pid: number;
  readonly origin: string;
  readonly log: string;
  readonly simulated: boolean;
  readonly organisation: string;
  readonly node: string;
  /** UTC milliseconds. */
  readonly started: number;
  readonly lanes: number;
  /** `watch`: how changes of the file are noticed; null where the configuration came from no file. */
  readonly config: { readonly digest: string; readonly source: string; readonly watch: WatchState | null };
  readonly journal: {
    readonly folder: string;
    readonly vkey: string;
    /** Earlier keys that go on signing beside it until they are retired. */
    readonly retiring: readonly string[];
    readonly origin: string;
    readonly size: number;
  };
  /** Those that the configuration names, in its order. */
  readonly witnesses: readonly WitnessState[];
  readonly calls: LaneStats;
  /** Batches at sellers that calls wait for, and those that are still gathered. */
  readonly waiting: readonly BatchView[];
  /** How late the event loop of each lane is. */
  readonly event_loop: readonly LaneDelay[];
  readonly interrupted: number;
  /** Of bypasses, that are not in the log as a whole yet. */
  readonly windows: readonly OpenWindow[];
  /** The hard budget of this UTC day; `used`: spent, or held for calls in flight. Decimal amounts. Null: there is none. */
  readonly budget: {
    readonly daily: string;
    readonly used: string;
    readonly left: string;
    readonly currency: string;
    /**
     * Of each real deployment, the most that one context window of input can cost: what is held for a document, and for
     * each round of a seller's tool. Null where the window or a price is not known: such calls are refused.
     */
    readonly windows: readonly { readonly deployment: string; readonly cost: string | null }[];
  } | null;
  /** Of the last day, newest first, twenty at most. */
  readonly alerts: readonly AlertView[];
  /** Tables folded from the journal: how far each is, and how far behind. */
  readonly projections: ProjectionsState;
  /** Where security events go. */
  readonly security: readonly SecurityState[];
}

export interface ControlPorts {
  readonly administration: Administration;
  readonly status: () => Promise<Status>;
  readonly reload: (cause: string, by: Actor) => Promise<Activated>;
  readonly probe: (deployments: readonly string[]) => Promise<readonly ProbeResult[]>;
  readonly projections: Projections;
  /** Seals all that was acknowledged before; resolves with the log's size. */
  readonly seal: () => Promise<number>;
  /** Deletes records that are old enough by the configuration in force. */
  readonly prune: () => Promise<PrunedAnswer>;
  /** Forgets kept answers, on every lane. */
  readonly purge: (asked: PurgeAsked) => Promise<Purged>;
  /** Sends one security event to a destination. Throws BAD_REQUEST for a name that is not configured. */
  readonly testSecurity: (name: string) => Promise<{ readonly name: string; readonly problem: string | null }>;
  /** Begins to stop; resolves at once. */
  readonly stop: () => void;
}

type Body = Readonly<Record<string, unknown>>;

/** Only the owner of the home folder can open the socket. */
const BY: Actor = { via: 'socket' };

export function controlOperations(ports: ControlPorts): ControlOperations {
  const { administration } = ports;
  return {
    'GET /status': () => ports.status(),
    'GET /keys': () => ({ keys: administration.keys() }),
    'POST /keys': (body) =>
      administration.createKey(
        { name: text(body, 'name'), who: whoOf(body), ...expiry(body), aws: body['aws'] === true },
        BY,
      ),
    'POST /keys/revoke': async (body) => ({
      key: await administration.revokeKey(text(body, 'key'), optional(body, 'reason'), BY),
    }),
    'GET /config': () => ({ digest: administration.snapshot().digest, config: administration.config() }),
    'POST /reload': () => ports.reload('asked on the control socket', BY),
    // Whose words a kept answer holds is nowhere written down: so none of them outlives an erasure.
    'POST /erase': async (body) => {
      const erased = await administration.erase(text(body, 'subject'), BY);
      await ports.purge({});
      return erased;
    },
    'POST /log/rotate-key': (body) => administration.changeLogKey('rotate', optional(body, 'reason')),
    'POST /log/retire-key': (body) => administration.changeLogKey('retire', optional(body, 'reason')),
    'POST /journal/seal': async () => ({ size: await ports.seal() }),
    'POST /journal/prune': () => ports.prune(),
    'POST /security-events/test': (body) => ports.testSecurity(text(body, 'name')),
    'POST /probe': async (body) => ({ probes: await ports.probe(list(body, 'deployments')) }),
    'GET /projections': () => ports.projections.state(),
    'POST /projections/digests': () => ports.projections.digests(),
    'POST /projections/rebuild': async () => {
      await ports.projections.rebuild();
      return ports.projections.state();
    },
    'POST /drain': () => {
      ports.stop();
      return { draining: true };
    },
  };
}

function text(body: Body, name: string): string {
  const value = body[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new AppError('BAD_REQUEST', `\`${name}\` is missing or no text`);
}

function optional(body: Body, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new AppError('BAD_REQUEST', `\`${name}\` is no text`);
}

function list(body: Body, name: string): readonly string[] {
  const value = body[name] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new AppError('BAD_REQUEST', `\`${name}\` is no list of texts`);
}

function expiry(body: Body): { expires?: number } {
  const value = body['expires'];
  if (value === undefined) return {};
  if (typeof value !== 'number') throw new AppError('BAD_REQUEST', '`expires` is no instant in UTC milliseconds');
  return { expires: value };
}

function whoOf(body: Body): KeyWho {
  const who: Record<string, string> = {};
  for (const field of ['team', 'project', 'cost_centre', 'principal', 'environment']) {
    const value = optional(body, field);
    if (value !== undefined && value !== '') who[field] = value;
  }
  return who;
}
