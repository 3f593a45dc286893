// From a record of the journal to a fact. What a sealed entry lacks is null here, never a guess; an entry that is not in
// the form of its contract becomes a `broken` fact, so that one of them stops a table and not the reader.
import { createHash } from 'node:crypto';
import { AppError } from '@weighbridge/kernel';
import type { LogRecord } from '@weighbridge/journal';
import {
  ENTRY_KINDS,
  type CallCommercial,
  type CallPersonal,
  type CallPublic,
  type Decision,
  type EntryKind,
} from '@weighbridge/protocol';
import type { Asker, CallFact } from './call-fact.ts';
import type { Fact, PrunedCallFact } from './facts.ts';

/** Kinds that facts are made of. */
export type FactKind = Exclude<EntryKind, 'intent'>;
export const FACT_KINDS: readonly FactKind[] = ENTRY_KINDS.filter((kind) => kind !== 'intent');

export function decode(record: LogRecord): Fact {
  const { index: entry, leaf, text } = record;
  const base = { entry, at: leaf.at, leafBytes: text.length };
  const kind = leaf.kind as FactKind;
  try {
    switch (kind) {
      case 'call':
        return decodeCall(record);
      case 'decided': {
        const decision = record.groups.commercial ?? '';
        const digest = createHash('sha256').update(decision).digest('base64url');
        return { ...base, kind: 'decided', digest, route: required(decisionOf(decision).route, 'route') };
      }
      // What it says is read where its part is folded; here it would be held with its chunk, a fifth of a megabyte each.
      case 'closing':
        return { ...base, kind, id: leaf.id, text: '' };
      default:
        return { ...base, kind, id: leaf.id, text: record.groups.commercial ?? '' };
    }
  } catch (error) {
    return { ...base, kind: 'broken', of: kind, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Of a call whose record is gone, its leaf. */
export const prunedCall = ({ index, leaf, text }: LogRecord): PrunedCallFact => ({
  kind: 'pruned call',
  entry: index,
  at: leaf.at,
  leafBytes: text.length,
});

const decisionOf = (text: string): Decision => JSON.parse(text) as Decision;

const NOBODY: Asker = {
  organisation: null,
  project: null,
  team: null,
  cost_centre: null,
  environment: null,
  key: null,
};
const NO_TOKENS = {};
const NO_LEGS: readonly never[] = [];

function decodeCall({ index, leaf, text, groups, subject }: LogRecord): CallFact {
  const call = JSON.parse(groups.public ?? '') as CallPublic;
  const { cost, decided } = costOf(groups.commercial ?? '');
  const { asked, usage, timing } = call;
  const served = soldBy(call);
  const erased = groups.personal === undefined && leaf.groups.personal !== undefined;
  return {
    kind: 'call',
    entry: index,
    at: leaf.at,
    leafBytes: text.length,
    id: leaf.id,
    who: groups.personal === undefined ? NOBODY : askerOf(groups.personal),
    erased,
    subject: erased ? null : (subject ?? null),
    decided: decided ?? '',
    route: null,
    asked: required(asked.alias, 'alias'),
    surface: asked.surface,
    stream: asked.stream,
    model: call.served === null ? null : (call.served.model_reported ?? call.served.model_requested),
    deployment: served?.deployment ?? null,
    cloud: served?.cloud ?? null,
    seller: served?.seller ?? null,
    region: served?.region.configured ?? null,
    regionReported: served?.region.reported ?? null,
    tier: served?.tier ?? null,
    fallback: served?.fallback ?? false,
    outcome: required(call.outcome, 'outcome'),
    status: whole(call.status, 'status'),
    error: call.error?.code ?? null,
    attempts: call.attempts.length,
    requests: requestsOf(call),
    usageKnown: usage !== null && usage.source !== 'unknown',
    used: usage !== null,
    tokens: usage?.tokens ?? NO_TOKENS,
    legTokens: legTokens(call),
    totalUs: Math.max(0, whole(timing.ended - timing.started, 'timing')) * 1000,
    ttftUs: micros(timing.ttft_ms),
    tpotUs: micros(timing.tpot_ms),
    gatewayUs: micros(timing.gateway_ms) ?? 0,
    requestBytes: whole(asked.request_bytes, 'request_bytes'),
    responseBytes: call.response_bytes ?? null,
    list: cost.list,
    contracted: cost.contracted,
    billed: cost.billed,
    currency: required(cost.currency, 'currency'),
    costStatus: cost.status,
    simulated: call.simulated,
  };
}

/** Who sold the answer: of one that came from a cache nobody did, and it counts at no seller, deployment or region. */
const soldBy = ({ served }: CallPublic): CallPublic['served'] =>
  served?.cache?.status === 'hit' || served?.cache?.status === 'joined' ? null : served;

/** In canonical order the cost comes right after the list of charges; inside a string its quotes would be escaped. */
const COST_SIGN = '],"cost":{';

/** Charges are most of the text, and are not asked for. Where the two are not neighbours all of it is read. */
function costOf(text: string): Pick<CallCommercial, 'cost' | 'decided'> {
  const at = text.lastIndexOf(COST_SIGN);
  return JSON.parse(at === -1 ? text : `{${text.slice(at + 2)}`) as Pick<CallCommercial, 'cost' | 'decided'>;
}

function askerOf(text: string): Asker {
  const { who } = JSON.parse(text) as CallPersonal;
  return {
    organisation: who.organisation,
    project: who.project ?? null,
    team: who.team ?? null,
    cost_centre: who.cost_centre ?? null,
    environment: who.environment ?? null,
    key: who.key ?? null,
  };
}

function legTokens({ attempts }: CallPublic): CallFact['legTokens'] {
  if (attempts.every(({ usage }) => usage === undefined)) return NO_LEGS;
  return attempts.flatMap(({ usage }) => (usage === undefined ? [] : [usage.tokens]));
}

/** A request that was refused is in no seller's record of what was used. */
const requestsOf = ({ attempts }: CallPublic): CallFact['requests'] =>
  attempts.flatMap(({ vendor_request_id: id, status = 0, deployment }) =>
    id === undefined || status < 200 || status > 299 ? [] : { id, deployment },
  );

const micros = (ms: number | undefined): number | null => (ms === undefined ? null : Math.round(ms * 1000));

function required<Value extends string>(value: Value | undefined, name: string): Value {
  if (typeof value === 'string') return value;
  throw new AppError('JOURNAL_CORRUPT', `${name} is missing`);
}

function whole(value: number, name: string): number {
  if (Number.isSafeInteger(value)) return value;
  throw new AppError('JOURNAL_CORRUPT', `${name} is no whole number`);
}
