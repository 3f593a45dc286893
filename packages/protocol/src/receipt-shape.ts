// The receipt's types as a check that runs: what a sealed `call`, `intent` or `decided` entry says is held against the
// contract, so that whoever verifies a log knows that its entries can be read as what they claim to be. The compiler
// holds these shapes against the types of `receipt.ts`, member by member.
import { ENTRY_KINDS, GROUPS, type By, type EntryKind, type Group, type Leaf } from './entry.ts';
import { LIMIT_MEASURES } from './limit-names.ts';
import { CLOUDS, DIALECTS, REGION_GRADES, type Roles } from './market.ts';
import {
  BATCH_WHY,
  CACHE_STATUSES,
  CAPACITY_WHY,
  FAULTS,
  LEG_DROPS,
  LEG_ROLES,
  OUTCOMES,
  PARENT_KINDS,
  type Asked,
  type AttemptRecord,
  type Avoided,
  type CacheServed,
  type CallCommercial,
  type CallEnergy,
  type CallLate,
  type CallParent,
  type CallPersonal,
  type CallPublic,
  type Candidate,
  type Charge,
  type Cost,
  type Counted,
  type CountedLeg,
  type DeadlineServed,
  type Decision,
  type LimitNamed,
  type RegionEvidence,
  type Reservation,
  type Served,
  type Timing,
  type Who,
} from './receipt.ts';
import { object } from './object-shape.ts';
import { skipAmount, skipBase64Url, UNSURE, type Page } from './page.ts';
import {
  count,
  duration,
  fitting,
  kept,
  listOf,
  mapOf,
  nullOr,
  number,
  oneOf,
  steady,
  text,
  truth,
  type Shape,
} from './shape.ts';
import { SERVER_TOOLS, TOKEN_CLASSES, type Usage } from './usage.ts';

/** base64url SHA-256. Empty where a call ended before there was anything to digest. */
const digest = fitting('a base64url SHA-256', /^(?:[\w-]{43})?$/, skipBase64Url(43, 0));
const amount = fitting('a decimal amount', /^-?\d{1,24}(?:\.\d{1,12})?$/, skipAmount);
const term = steady(text);
const currency = steady(fitting('a currency code', /^[A-Z]{3}$/));

const who = object<Who>(
  { organisation: text },
  {
    team: text,
    project: text,
    cost_centre: text,
    environment: text,
    key: text,
    principal: text,
    end_user: text,
    session: text,
    trace: text,
    trace_parent: text,
    tags: mapOf(text),
  },
);

const asked = object<Asked>(
  {
    surface: oneOf(DIALECTS),
    alias: text,
    stream: truth,
    features: listOf(term),
    request_bytes: count,
    request_digest: digest,
  },
  { deadline_ms: number, max_output_tokens: number, envelope: term },
);

/** Counts of known classes; a class that a later version adds is let through when it is a count as well. */
const tokens: Shape<Usage['tokens']> = mapOf(kept(count));

const usage = object<Usage>(
  { tokens, source: kept(oneOf(['reported', 'estimated', 'unknown'])), raw: nullOr(text) },
  { server_tools: mapOf(kept(count)), tier: term, inference_geo: term, speed: term },
);

const attempt = object<AttemptRecord>(
  { deployment: text, edits: listOf(term), started_ms: duration },
  {
    connect_ms: duration,
    ttfb_ms: duration,
    status: count,
    error: term,
    fault: oneOf(FAULTS),
    role: oneOf(LEG_ROLES),
    batch: text,
    dropped: oneOf(LEG_DROPS),
    check: text,
    vendor_request_id: text,
    usage,
  },
);

const region = object<RegionEvidence>({ configured: text, reported: nullOr(text), grade: oneOf(REGION_GRADES) }, {});

const roles: { [K in keyof Roles]: Shape<string> } = {
  developer: term,
  seller: term,
  biller: term,
  operator: term,
  host: term,
  processor: term,
  sla_provider: term,
};

const served = object<Served>(
  {
    ...roles,
    cloud: oneOf(CLOUDS),
    deployment: text,
    model_requested: text,
    model_reported: nullOr(text),
    region,
    tier: term,
    capacity: oneOf(['on_demand', 'reserved', 'spilled']),
    fallback: truth,
    evidence: mapOf(text),
  },
  {
    cache: object<CacheServed>({ status: oneOf(CACHE_STATUSES) }, { age_ms: duration, answer: text, receipt: text }),
    spilled_from: text,
    reservation: object<Reservation>({ of: text, why: oneOf(CAPACITY_WHY) }, { full: number, said: number }),
  },
);

const timing = object<Timing>(
  { started: kept(count), ended: count, gateway_ms: duration },
  {
    first_byte: count,
    first_token: count,
    last_token: count,
    queued_ms: duration,
    ttft_ms: duration,
    tpot_ms: duration,
    gap_max_ms: duration,
    chunks: count,
  },
);

const callPublic = object<CallPublic>(
  {
    asked,
    attempts: listOf(attempt),
    served: nullOr(served),
    usage: nullOr(usage),
    timing,
    outcome: oneOf(OUTCOMES),
    status: count,
    simulated: truth,
  },
  {
    stop_reason: term,
    energy: nullOr(object<CallEnergy>({ wh: number, low: number, high: number, method: term }, {})),
    error: object<NonNullable<CallPublic['error']>>({ code: term, message: text }, {}),
    response_digest: digest,
    response_bytes: count,
    lost: listOf(text),
    deadline: object<DeadlineServed>({ as: oneOf(['batch', 'at_once']) }, { why: oneOf(BATCH_WHY) }),
    parent: object<CallParent>({ as: oneOf(PARENT_KINDS), call: text }, {}),
    late: object<CallLate>({ bypass: text, opened: count }, {}),
  },
);

const price = object<NonNullable<Charge['price']>>({ book: kept(term), row: kept(text) }, { list_row: kept(text) });
const sum = nullOr(kept(amount));

const charge = object<Charge>(
  {
    token_class: kept(oneOf([...TOKEN_CLASSES, ...SERVER_TOOLS])),
    quantity: kept(number),
    unit_price: nullOr(kept(steady(amount))),
    list: sum,
    contracted: sum,
    currency,
    price: nullOr(price),
  },
  { leg: count, note: text },
);

const cost = object<Cost>(
  {
    list: sum,
    contracted: sum,
    billed: sum,
    currency,
    status: kept(oneOf(['exact', 'unpriced', 'estimated'])),
  },
  {},
);

const countedLeg = object<CountedLeg>({ at: count, deployment: text, input: count, output: count, money: amount }, {});

const callCommercial = object<CallCommercial>(
  { decided: digest, charges: listOf(charge), cost },
  {
    avoided: object<Avoided>({ basis: oneOf(['reported', 'warm']), contracted: sum, currency, list: sum }, {}),
    budget: object<NonNullable<CallCommercial['budget']>>({ reserved: amount, settled: amount, currency }, {}),
    counted: object<Counted>({ at: count, legs: listOf(countedLeg), route: text }, {}),
    limit: object<LimitNamed>({ rule: text, measure: oneOf(LIMIT_MEASURES), amount, left: amount, refused: truth }, {}),
  },
);

const candidate = object<Candidate>(
  { deployment: text, verdict: oneOf(['chosen', 'tried', 'eligible', 'rejected']) },
  { reason: text, score: number },
);

const decision = object<Decision>(
  {
    config: text,
    route: text,
    strategy: text,
    policy: object<Decision['policy']>({ verdict: oneOf(['allow', 'deny']), rules: listOf(text) }, {}),
    candidates: listOf(candidate),
  },
  { arm: text },
);

const personal = object<CallPersonal>({ who }, {});

/** What an intent says of a call that is about to be made; only the first is sealed beside its leaf since decision 0004. */
const intentPublic = object<Pick<CallPublic, 'asked'>>({ asked }, {});
const intentCommercial = object<Pick<CallCommercial, 'decided'>>({ decided: digest }, {});

type GroupShapes = Readonly<Partial<Record<Group, Shape<unknown>>>>;

const SHAPES: Readonly<Partial<Record<EntryKind, GroupShapes>>> = {
  call: { commercial: callCommercial, personal, public: callPublic },
  intent: { commercial: intentCommercial, personal, public: intentPublic },
  decided: { commercial: decision },
};

/** Groups that an entry of this kind commits to, always. */
const COMMITTED: Readonly<Partial<Record<EntryKind, readonly Group[]>>> = {
  call: GROUPS,
  intent: ['public'],
  decided: ['commercial'],
};

const place = kept(steady(count));
const sealed = kept(digest);
const by = object<By>({ build: kept(term), epoch: place, lane: place, node: kept(term), seq: kept(count) }, {});
const leaf = object<Leaf>(
  {
    at: kept(count),
    by,
    groups: object<Leaf['groups']>({}, { commercial: sealed, personal: sealed, public: sealed }),
    id: kept(fitting('a ULID', /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/)),
    kind: kept(oneOf(ENTRY_KINDS)),
    v: kept(oneOf([1])),
  },
  {},
);

/**
 * What is wrong with the groups of an entry, one sentence each, beginning with the path (`public.served.tier: is 7, not
 * text`); empty when they fit the contract. `groups`: parsed JSON. A group that is not given is not judged, nor is the
 * content of kinds other than `call`, `intent` and `decided`.
 */
export function entryProblems(kind: EntryKind, groups: Readonly<Partial<Record<Group, unknown>>>): readonly string[] {
  const shapes = SHAPES[kind];
  if (shapes === undefined) return NONE;
  const problems: string[] = [];
  for (const name of GROUPS) {
    const content = groups[name];
    const faults = content === undefined ? null : (shapes[name]?.faults(content) ?? null);
    if (faults !== null) problems.push(...faults.map((fault) => name + fault));
  }
  return problems;
}

/** What is wrong with a parsed leaf: members, and the groups that its kind commits to. Empty when nothing is. */
export function leafProblems(value: unknown): readonly string[] {
  const faults = leaf.faults(value);
  return faults === null ? uncommitted(value as Leaf) : faults.map((fault) => `leaf${fault}`);
}

const isCommitted = ({ groups }: Leaf, name: Group): boolean => groups[name] !== undefined;

const uncommitted = (value: Leaf): readonly string[] =>
  (COMMITTED[value.kind] ?? [])
    .filter((name) => !isCommitted(value, name))
    .map((name) => `leaf.groups.${name}: is missing from a ${value.kind} entry`);

const NONE: readonly string[] = [];

/** What a scan keeps of a `call` entry: all that its charges follow from. */
export interface RatedCall {
  readonly public: {
    readonly attempts: readonly { readonly usage?: RatedUsage }[];
    readonly timing: Pick<Timing, 'started'>;
    readonly usage: RatedUsage | null;
  };
  readonly commercial: {
    readonly charges: readonly RatedCharge[];
    readonly cost: Omit<Cost, 'currency'>;
  };
}
export type RatedUsage = Pick<Usage, 'tokens' | 'server_tools' | 'source'>;
export type RatedCharge = Omit<Charge, 'currency' | 'leg' | 'note'>;

/**
 * Reads a group where it lies in a page, from `page.at` to `end`, and gives what `RatedCall` has of it (of any other
 * group: something) when it certainly is JSON that fits the contract; undefined where JSON.parse and `entryProblems`
 * have to judge. What it gives is for reading only.
 */
export function scanGroup(kind: EntryKind, group: Group, page: Page, end: number): unknown {
  const shape = SHAPES[kind]?.[group];
  const value = shape === undefined ? UNSURE : shape.scan(page);
  return value === UNSURE || page.at !== end ? undefined : value;
}

/** As `scanGroup`, a leaf: one in which `leafProblems` finds nothing, as JSON.parse would give it; else undefined. */
export function scanLeaf(page: Page, end: number): Leaf | undefined {
  const value = leaf.scan(page);
  if (value === UNSURE || page.at !== end) return undefined;
  const read = value as Leaf;
  const committed = COMMITTED[read.kind];
  return committed === undefined || committed.every((name) => isCommitted(read, name)) ? read : undefined;
}
