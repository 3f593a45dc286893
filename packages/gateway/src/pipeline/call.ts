// The state of one call while it crosses. Every field exists from the start, so that all calls have one hidden class;
// each stage fills in what it owns (named beside the field) and later stages only read it.
import type { ErrorForm, RequestFacts, Fidelity, ResponseFacts } from '@weighbridge/dialects';
import type { Money } from '@weighbridge/kernel';
import type {
  Avoided,
  CacheServed,
  CallEnergy,
  CallParent,
  DialectId,
  Outcome,
  Priority,
  Served,
  Usage,
  Who,
} from '@weighbridge/protocol';
import type { Deferral } from '../deadline/deadline.ts';
import type { KeyRecord } from '../deployment.ts';
import type { Bypassed } from '../bypass/bypass.ts';
import type { BodySealer, Rated } from '../ports.ts';
import type { Limited } from '../limits/limited.ts';
import type { Compiled, Plan, Target } from '../routing/compiled.ts';
import { UNJUDGED, type Interned, type Verdicts } from '../routing/decision.ts';
import type { Envelope } from '../surfaces/envelope.ts';
import type { CallFlight } from './call-flight.ts';
import type { ClientHeaders } from './client-headers.ts';
import type { LaneContext } from './lane-context.ts';
import type { Ahead, AttemptDraft } from './attempt.ts';
import type { CallHolder, InFlight } from './in-flight.ts';
import type { CallRequest, CallResponse } from './call-exchange.ts';
import type { TraceContext } from './trace-context.ts';

/** A leg that was billed, or may have been: what it used and where. */
export interface BilledLeg {
  readonly target: Target;
  /** Place among the attempts. */
  readonly attempt: number;
  readonly usage: Usage;
}

/** Of a call that an earlier start took. */
export interface Born {
  readonly id: string;
  readonly startedAt: number;
}

export type Endpoint = 'generate' | 'count_tokens';

export class Call implements InFlight {
  slot = -1;
  readonly lane: LaneContext;
  readonly compiled: Compiled;
  readonly id: string;
  readonly surface: DialectId;
  readonly endpoint: Endpoint;
  /** What a cloud's own path wraps around the body; null on the dialects' own paths. */
  readonly envelope: Envelope | null;
  readonly request: CallRequest;
  readonly response: CallResponse;
  readonly headers: ClientHeaders;
  /** UTC milliseconds, and the monotonic instant that all durations count from. */
  readonly startedAt: number;
  readonly startedMono: number;

  // identify
  key: KeyRecord | null = null;
  who: Who | null = null;
  subject = '';
  /** Null: it is made for its caller. */
  parent: CallParent | null = null;
  /** The body, where it had to be read to know who asks. */
  early: Buffer | null = null;

  // admit
  body: Buffer = EMPTY;
  receivedMono = 0;
  facts: RequestFacts | null = null;
  parsed: unknown = null;
  alias = '';
  /** Where the caller stands in a trace; null where it did not say. */
  trace: TraceContext | null = null;
  fidelity: Fidelity = 'default';
  priority: Priority = 'normal';
  requestDigest = '';
  /** Its caller can wait; null where it did not say so. `choose` says whether it does. */
  deferral: Deferral | null = null;
  /** Canonical text of what was asked and by whom, once written. */
  askedText = '';
  whoText = '';
  plan: Plan | null = null;

  // cache
  /** What the cache of the route had to do with the answer; null where the route has none. */
  cached: CacheServed | null = null;
  avoided: Avoided | null = null;
  /** The call's answer is written down as it comes, and others may wait for it. */
  flight: CallFlight | null = null;
  /** Of an answer that was first given to another call. */
  stopReason: string | null = null;

  // route
  order: number[] = [];
  /** Position among the plan's targets of what was chosen first; -1 before. */
  firstChoice = -1;
  /** Milliseconds in line for room; 0: it did not wait. */
  queuedMs = 0;
  judged: Verdicts = UNJUDGED;
  decision: Interned | null = null;

  // dispatch
  dispatchedMono = 0;
  readonly attempts: AttemptDraft[] = [];
  target: Target | null = null;
  served: Served | null = null;
  answer: ResponseFacts | null = null;
  lost: readonly string[] = [];
  readonly billed: BilledLeg[] = [];
  reservedTotal: Money = 0n;
  /** `reservedTotal` as the intent says it; '' while no intent has said it. */
  reservedText = '';
  settledTotal: Money = 0n;
  budgeted = false;
  /** What limits have to do with the call; null where none stands over it. */
  limited: Limited | null = null;
  /** The first leg, where something was held for it before the intent was written; dispatch takes it or gives it back. */
  ahead: Ahead | null = null;

  // meter
  firstByteMono = -1;
  firstTokenMono = -1;
  lastTokenMono = -1;
  lastByteMono = -1;
  gapMaxMs = 0;
  chunks = 0;
  usage: Usage | null = null;
  rated: Rated | null = null;
  /** Undefined: nothing is estimated. */
  energy: CallEnergy | null | undefined = undefined;

  // listen, receipt
  gone = false;
  /** Its client was told where the answer will be, and hears nothing more on this connection. */
  told = false;
  /** Called once its receipt is durable, before its client is told. */
  whenSealed: (() => void) | null = null;
  /** Who sees the call through at this moment. */
  holder: CallHolder | null = null;
  intended = false;
  /** The window through which it goes without an entry of the journal; null: it is sealed. */
  bypassed: Bypassed | null = null;
  headSent = false;
  status = 0;
  outcome: Outcome | null = null;
  #bodies: BodySealer | null = null;

  constructor(
    lane: LaneContext,
    request: CallRequest,
    response: CallResponse,
    headers: ClientHeaders,
    surface: DialectId,
    endpoint: Endpoint,
    envelope: Envelope | null = null,
    born: Born | null = null,
  ) {
    this.lane = lane;
    this.compiled = lane.compiled;
    this.id = born?.id ?? lane.newId();
    this.surface = surface;
    this.endpoint = endpoint;
    this.envelope = envelope;
    this.request = request;
    this.response = response;
    this.headers = headers;
    const now = lane.clock.wall();
    this.startedAt = born?.startedAt ?? now;
    this.startedMono = lane.clock.monotonic() - (now - this.startedAt);
  }

  /** How its failures are told. */
  get errors(): ErrorForm {
    return this.envelope === null ? this.surface : this.envelope.form.errors;
  }

  /** Digests of its bodies. The subject is settled by then. */
  bodies(): BodySealer {
    return (this.#bodies ??= this.lane.sealer.bodies(this.subject, this.id));
  }

  /** Milliseconds since the call started, to a microsecond. */
  since(mono: number): number {
    return toMicros(mono - this.startedMono);
  }
}

const EMPTY = Buffer.alloc(0);

/** Milliseconds with at most three decimals. */
export const toMicros = (ms: number): number => Math.round(ms * 1000) / 1000;
