// The receipt of one call, in its three groups. Absent means not applicable, null means unknown. `v: 1` grows by
// addition only. Amounts are decimal strings of their currency, durations milliseconds, instants UTC milliseconds.
import type { LimitMeasure } from './limit-names.ts';
import type { CloudId, DialectId, RegionGrade, Roles } from './market.ts';
import type { TokenClass, ServerTool, Usage } from './usage.ts';

/** How a call ended, for the client. `interrupted`: the gateway died with it in flight (written by recovery). */
export const OUTCOMES = ['completed', 'error', 'refused', 'cut', 'client_gone', 'interrupted'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Whose fault a failed attempt was; only `deployment`, `region` and `model` count against a circuit. */
export const FAULTS = ['client', 'key', 'deployment', 'region', 'model', 'rate_limit', 'network', 'own_limit'] as const;
export type Fault = (typeof FAULTS)[number];

// --- personal group: who

export interface Who {
  readonly organisation: string;
  readonly team?: string;
  readonly project?: string;
  readonly cost_centre?: string;
  readonly environment?: string;
  /** Id of the Weighbridge key (never the secret). */
  readonly key?: string;
  readonly principal?: string;
  /** Opaque id the caller gave for its own end user. */
  readonly end_user?: string;
  readonly session?: string;
  /** W3C trace id, if the caller sent `traceparent`. */
  readonly trace?: string;
  /** The caller's own span in it. */
  readonly trace_parent?: string;
  readonly tags?: Readonly<Record<string, string>>;
}
export interface CallPersonal {
  readonly who: Who;
}

// --- public group: what was asked and served

export interface Asked {
  readonly surface: DialectId;
  /** A cloud's own path that the call came by: `bedrock-invoke`, `vertex-predict`, `azure-deployment`. Absent on the dialect's own. */
  readonly envelope?: string;
  /** Model name as the client wrote it. */
  readonly alias: string;
  /** How long its caller can wait for the answer, from the start; absent: it did not say. */
  readonly deadline_ms?: number;
  readonly stream: boolean;
  /** Features the request used: `tools`, `images`, `thinking`, … (names of the capability table). */
  readonly features: readonly string[];
  readonly max_output_tokens?: number;
  readonly request_bytes: number;
  /** Salted digest of the request body, base64url SHA-256. */
  readonly request_digest: string;
}

/**
 * How a leg came to be, other than first, or after a failure. `hedge`: beside one that was slow. `escalation`: after an answer that
 * failed a check. `batch`: handed in to the seller's batch API, since its caller can wait.
 */
export const LEG_ROLES = ['hedge', 'escalation', 'batch'] as const;
export type LegRole = (typeof LEG_ROLES)[number];

/** Why a leg that had not failed was given up. `outrun`: another leg of the call had content first, or nobody waited for two. `unfit`: its answer failed a check. */
export const LEG_DROPS = ['outrun', 'unfit'] as const;
export type LegDrop = (typeof LEG_DROPS)[number];

export interface AttemptRecord {
  readonly deployment: string;
  /** Every edit we made to the body: `model`, `stream_options.include_usage`, `translated:openai-chat>anthropic-messages`, … */
  readonly edits: readonly string[];
  /** Milliseconds after the call started. */
  readonly started_ms: number;
  readonly connect_ms?: number;
  /** Milliseconds from dispatch to the first response byte. */
  readonly ttfb_ms?: number;
  /** HTTP status of the upstream; absent when none arrived. */
  readonly status?: number;
  /** Error code of ours when the attempt failed. */
  readonly error?: string;
  readonly fault?: Fault;
  readonly role?: LegRole;
  /** The seller's name of the batch that it waited in, the last where there were several. */
  readonly batch?: string;
  readonly dropped?: LegDrop;
  /** The check that its answer failed, and how. */
  readonly check?: string;
  readonly vendor_request_id?: string;
  /** Usage of a leg that did not serve the answer but was billed all the same. */
  readonly usage?: Usage;
}

export interface RegionEvidence {
  /** Regions the deployment's configuration can run in. */
  readonly configured: string;
  /** What the response said, verbatim; null when the cloud reports none. */
  readonly reported: string | null;
  readonly grade: RegionGrade;
}

/** Headers and fields the adapter kept as evidence, verbatim, by name. */
export type Evidence = Readonly<Record<string, string>>;

/**
 * What the cache of the route had to do with an answer. `hit`: it was there. `joined`: an identical call was under way,
 * and this one got the same answer. `miss`: a cloud was asked. `bypass`: the caller wanted none from the cache.
 */
export const CACHE_STATUSES = ['hit', 'joined', 'miss', 'bypass'] as const;
export interface CacheServed {
  /** Since the answer was complete; only of a hit. */
  readonly age_ms?: number;
  /** The id that the answer bears: its seller's, of the call that it was first given to. */
  readonly answer?: string;
  /** The call that a cloud answered. */
  readonly receipt?: string;
  readonly status: (typeof CACHE_STATUSES)[number];
}

/** Why a call was served within reserved capacity, or beyond it. */
export const CAPACITY_WHY = ['within', 'full', 'seller_refused', 'seller_spilled'] as const;
export type CapacityWhy = (typeof CAPACITY_WHY)[number];

export interface Reservation {
  /** Deployment that it was bought for. */
  readonly of: string;
  /** `full`: we saw no room, and never asked the seller. */
  readonly why: CapacityWhy;
  /** How full it was just before the call by our count, and with it by the seller's own: 0 to 1, and above while it drains. */
  readonly full?: number;
  readonly said?: number;
}

/** Named as it is by whose answer it is: of a hit, of the seller who gave it first. */
export interface Served extends Roles {
  /** Absent where the route keeps no answers. */
  readonly cache?: CacheServed;
  readonly cloud: CloudId;
  readonly deployment: string;
  readonly model_requested: string;
  /** What the response called itself; null when it did not say. */
  readonly model_reported: string | null;
  readonly region: RegionEvidence;
  /** Service tier, as reported, else as configured. */
  readonly tier: string;
  readonly capacity: 'on_demand' | 'reserved' | 'spilled';
  /** Deployment whose reserved capacity did not take the call; a seller that spilled and does not say from where: `unknown`. */
  readonly spilled_from?: string;
  /** What was bought and had to do with the call: absent where nothing was. */
  readonly reservation?: Reservation;
  readonly fallback: boolean;
  readonly evidence: Evidence;
}

export interface Timing {
  readonly started: number;
  readonly first_byte?: number;
  readonly first_token?: number;
  readonly last_token?: number;
  readonly ended: number;
  readonly ttft_ms?: number;
  /** Mean time per output token after the first. */
  readonly tpot_ms?: number;
  readonly gap_max_ms?: number;
  readonly chunks?: number;
  /** Time spent in the gateway itself, outside waiting for client and cloud. */
  readonly gateway_ms: number;
  /** In line for room, before anything was sent; absent: it did not wait. Not part of `gateway_ms`. */
  readonly queued_ms?: number;
}

/** What serving took, in Wh: an estimate with its interval, since no seller tells. `method` names its version and the class of model. */
export interface CallEnergy {
  readonly wh: number;
  readonly low: number;
  readonly high: number;
  readonly method: string;
}

/** What a call was made for, other than for its caller. `mirror`: a copy of a call, for another deployment. */
export const PARENT_KINDS = ['mirror'] as const;
export interface CallParent {
  readonly as: (typeof PARENT_KINDS)[number];
  /** Id of the call that it belongs to. */
  readonly call: string;
}

/**
 * Why a call whose caller can wait was served at once all the same. Before it waited: `not_configured` (no candidate takes batches),
 * `policy` (content may not be stored at the seller), `request` (such a request does not go into a batch), `too_near`,
 * `full` (as many wait as may), `not_taken` (refused before it was sent). After: `refused` (the seller did not take the batch),
 * `errored`, `expired`, `cancelled` (there), `deadline_near`, `lost` (it is not known what became of it).
 */
export const BATCH_WHY = [
  'not_configured',
  'policy',
  'request',
  'too_near',
  'unsealed',
  'full',
  'not_taken',
  'refused',
  'errored',
  'expired',
  'cancelled',
  'deadline_near',
  'lost',
] as const;
export type BatchWhy = (typeof BATCH_WHY)[number];

/** How a call was served whose caller can wait. */
export interface DeadlineServed {
  readonly as: 'batch' | 'at_once';
  /** Only where it was served at once. */
  readonly why?: BatchWhy;
}

export interface CallPublic {
  readonly asked: Asked;
  /** Absent: its caller set no deadline. */
  readonly deadline?: DeadlineServed;
  /** Absent: it was made for its caller. */
  readonly parent?: CallParent;
  readonly attempts: readonly AttemptRecord[];
  /** Null when nothing was served. */
  readonly served: Served | null;
  readonly usage: Usage | null;
  /** Of the answer that was served. Null when its tokens are not known; absent where nothing is estimated. */
  readonly energy?: CallEnergy | null;
  readonly timing: Timing;
  readonly outcome: Outcome;
  /** HTTP status sent to the client. */
  readonly status: number;
  readonly stop_reason?: string;
  readonly error?: { readonly code: string; readonly message: string };
  /** Salted digest of the bytes sent to the client, base64url SHA-256; absent when nothing was sent. */
  readonly response_digest?: string;
  readonly response_bytes?: number;
  /** Features that the translation could not carry (`warn`). */
  readonly lost?: readonly string[];
  /** True for simulated clouds. */
  readonly simulated: boolean;
  /** It was not sealed at the time: the journal took no entries, and a bypass let it through. Sealed afterwards. */
  readonly late?: CallLate;
}

/** The window in which a call went through unsealed: by which bypass, and since when it was open (UTC milliseconds). */
export interface CallLate {
  readonly bypass: string;
  readonly opened: number;
}

// --- commercial group: why there, and what it cost

export interface Candidate {
  readonly deployment: string;
  readonly verdict: 'chosen' | 'tried' | 'eligible' | 'rejected';
  /** Why it was rejected, in words a person can act on; or what speaks for or against one that was not. */
  readonly reason?: string;
  /** What the strategy went by, coarse on purpose: calls that were decided alike share one decision. */
  readonly score?: number;
}

/** Interned as an entry of its own (`decided`), referenced by digest. */
export interface Decision {
  /** Of a route with arms: the one that this caller is in. */
  readonly arm?: string;
  readonly config: string;
  readonly route: string;
  readonly strategy: string;
  readonly policy: { readonly verdict: 'allow' | 'deny'; readonly rules: readonly string[] };
  readonly candidates: readonly Candidate[];
}

export type CostStatus = 'exact' | 'unpriced' | 'estimated';

export interface Charge {
  readonly token_class: TokenClass | ServerTool;
  /** Tokens, or uses of a tool. */
  readonly quantity: number;
  /** Decimal string per single unit; null when unpriced. */
  readonly unit_price: string | null;
  readonly list: string | null;
  readonly contracted: string | null;
  readonly currency: string;
  /** Place among the attempts of the leg that it is for; absent: the one that served. */
  readonly leg?: number;
  /** Version of the price book and the row in it; `list_row` is the list price that a contract `row` replaced. Null: unpriced. */
  readonly price: { readonly book: string; readonly list_row?: string; readonly row: string } | null;
  readonly note?: string;
}

export interface Cost {
  readonly list: string | null;
  readonly contracted: string | null;
  readonly billed: string | null;
  readonly currency: string;
  readonly status: CostStatus;
}

/** Of each leg that was sent: when it was admitted, and what it took; of one that may have been billed all it could. */
export interface Counted {
  /** When the call was first counted, UTC milliseconds. */
  readonly at: number;
  readonly legs: readonly CountedLeg[];
  readonly route: string;
}
export interface CountedLeg {
  readonly at: number;
  readonly deployment: string;
  /** Tokens read and written. */
  readonly input: number;
  readonly output: number;
  /** Decimal dollars; 0 where no limit was about money. */
  readonly money: string;
}

export interface LimitNamed {
  readonly rule: string;
  readonly measure: LimitMeasure;
  /** Decimal: dollars, else a count. */
  readonly amount: string;
  readonly left: string;
  readonly refused: boolean;
}

/** What a call would have cost that the cache answered: never billed, and never usage of a seller's. */
export interface Avoided {
  /**
   * The usage that was priced, at the prices of this call's time. `reported`: as it was for the first answer. `warm`: the
   * same, with what was then written to the seller's own prompt cache reckoned as read from it, which is cheaper.
   */
  readonly basis: 'reported' | 'warm';
  readonly contracted: string | null;
  readonly currency: string;
  readonly list: string | null;
}

export interface CallCommercial {
  readonly avoided?: Avoided;
  /** Digest of the `decided` entry. */
  readonly decided: string;
  readonly charges: readonly Charge[];
  readonly cost: Cost;
  readonly budget?: { readonly reserved: string; readonly settled: string; readonly currency: string };
  /** What limits counted of the call, and when; absent where none but a daily budget stood over it. */
  readonly counted?: Counted;
  /** The limit that refused the call, else the one that had the least left. */
  readonly limit?: LimitNamed;
}
