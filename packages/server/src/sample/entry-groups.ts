// The three groups of a call's entry, as canonical JSON: literals in sorted key order, so that `JSON.stringify` gives
// RFC 8785 text. A test holds them against `canonicalJson` and the contract of the receipt.
import type { Rated } from '@weighbridge/gateway';
import type { CallCommercial, CallPersonal, CallPublic, EntryDraft, Who } from '@weighbridge/protocol';
import type { SampleCall } from './call.ts';

/** No body was ever made, so there is nothing to digest. */
const NO_DIGEST = '';

export function callDraft(
  id: string,
  call: SampleCall,
  rated: Pick<Rated, 'charges' | 'cost'> | null,
  decided: string,
): EntryDraft {
  return {
    kind: 'call',
    id,
    at: call.timing.ended,
    public: publicGroup(call),
    commercial: commercialGroup(rated, decided),
    personal: personalGroup(call.who),
    subject: call.who.key ?? call.who.organisation,
  };
}

function publicGroup(call: SampleCall): string {
  return JSON.stringify({
    asked: {
      alias: call.alias,
      features: call.features,
      max_output_tokens: call.maxOutput,
      request_bytes: call.requestBytes,
      request_digest: NO_DIGEST,
      stream: call.stream,
      surface: call.surface,
    },
    attempts: call.attempts,
    ...(call.error === null ? {} : { error: { code: call.error.code, message: call.error.message } }),
    outcome: call.outcome,
    response_bytes: call.responseBytes,
    served: call.served === null ? null : served(call.served),
    simulated: true,
    status: call.status,
    ...(call.stopReason === null ? {} : { stop_reason: call.stopReason }),
    timing: call.timing,
    usage: call.usage,
  } satisfies CallPublic);
}

const served = (value: NonNullable<CallPublic['served']>): NonNullable<CallPublic['served']> => ({
  biller: value.biller,
  capacity: value.capacity,
  cloud: value.cloud,
  deployment: value.deployment,
  developer: value.developer,
  evidence: value.evidence,
  fallback: value.fallback,
  host: value.host,
  model_reported: value.model_reported,
  model_requested: value.model_requested,
  operator: value.operator,
  processor: value.processor,
  region: value.region,
  seller: value.seller,
  sla_provider: value.sla_provider,
  tier: value.tier,
});

/** A call that nothing served cost nothing, and that is known exactly. */
const NO_COST = { billed: '0', contracted: '0', currency: 'USD', list: '0', status: 'exact' } as const;

function commercialGroup(rated: Pick<Rated, 'charges' | 'cost'> | null, decided: string): string {
  return JSON.stringify({
    charges: rated?.charges ?? [],
    cost: rated === null ? NO_COST : rated.cost,
    decided,
  } satisfies CallCommercial);
}

/** The same text for every call of a key, but for the session. */
function personalGroup(who: Who): string {
  if (who.session !== undefined) return whoText(who);
  let text = known.get(who);
  if (text === undefined) {
    text = whoText(who);
    known.set(who, text);
  }
  return text;
}

const known = new WeakMap<Who, string>();

const whoText = (who: Who): string =>
  JSON.stringify({
    who: {
      ...(who.cost_centre === undefined ? {} : { cost_centre: who.cost_centre }),
      ...(who.environment === undefined ? {} : { environment: who.environment }),
      ...(who.key === undefined ? {} : { key: who.key }),
      organisation: who.organisation,
      ...(who.project === undefined ? {} : { project: who.project }),
      ...(who.session === undefined ? {} : { session: who.session }),
      ...(who.team === undefined ? {} : { team: who.team }),
    },
  } satisfies CallPersonal);
