// The request of one leg: the client's body, translated only where the dialects differ, edited only in named top-level
// fields, and every edit written down.
import { readRequest, spliceJson, translateRequest, type RequestFacts, type Splice } from '@weighbridge/dialects';
import { invariant } from '@weighbridge/kernel';
import type { DialectId } from '@weighbridge/protocol';
import type { CallContext, UpstreamRequest } from '../clouds/cloud.ts';
import type { AttemptDraft, Prepared } from '../pipeline/attempt.ts';
import type { Call } from '../pipeline/call.ts';
import type { Target } from '../routing/compiled.ts';
import { joinSplices } from '../surfaces/envelope.ts';

/** Throws FEATURE_UNSUPPORTED when a translation would lose what the caller's fidelity does not allow to lose. */
export function prepareLeg(call: Call, target: Target, draft: AttemptDraft): Prepared {
  const { facts } = call;
  invariant(facts !== null, 'a leg is prepared after its request was read');
  const translated = target.dialect !== call.surface;
  const ceiling = ceilingOf(call, target, facts);
  const start = translated
    ? translate(call, target, facts, draft, ceiling)
    : { body: call.body, facts, parsed: call.parsed, lost: [] };
  const counting = call.endpoint === 'count_tokens';
  const { pass } = call.headers;
  const context: CallContext = {
    deployment: target.deployment,
    facts: start.facts,
    clientHeaders: pass,
    storesNothing: call.plan?.policy.stored_content === 'refuse',
    counting,
  };
  const edits = withCeiling(target, target.cloud.edits(context), start.facts, ceiling);
  // What a translation starts from is the dialect's own body already.
  const { envelope } = call;
  const wrapped = envelope !== null && !translated;
  const splice = wrapped ? joinSplices(envelope.splice, edits) : edits;
  noteEdits(draft, wrapped ? envelope.raw : start.parsed, splice);
  const request = requestOf(target, context, spliceJson(start.body, splice));
  for (const name of request.withheld ?? []) draft.edits.push(`withheld ${name}`);
  const asked = facts.maxOutputTokens;
  const cap = target.deployment.max_output_tokens;
  const most = asked === undefined ? (ceiling ?? cap ?? null) : cap === undefined ? asked : Math.min(asked, cap);
  return {
    request,
    context,
    parsed: start.parsed,
    geo: geoOf(edits),
    translated,
    lost: start.lost,
    removeUsage: !translated && facts.stream && !facts.includeUsage && splice.set['stream_options'] !== undefined,
    asksUsage: start.facts.includeUsage || splice.set['stream_options'] !== undefined,
    ceiling,
    mostOutput: most,
  };
}

/** Adapters set it as JSON text of a plain word. */
function geoOf(splice: Splice): string | null {
  const set = splice.set['inference_geo'];
  return set === undefined ? null : set.slice(1, -1);
}

function requestOf({ cloud }: Target, context: CallContext, body: Buffer): UpstreamRequest {
  if (context.counting !== true) return cloud.request(context, body);
  invariant(cloud.counting !== undefined, 'only a deployment that counts is asked to');
  return cloud.counting.request(context, body);
}

/** What is sent upstream when the caller named no bound: the route's ceiling, never more than the model's own cap. */
function ceilingOf(call: Call, target: Target, facts: RequestFacts): number | null {
  if (facts.maxOutputTokens !== undefined || call.endpoint !== 'generate') return null;
  const demanded = call.envelope?.form.unbounded === true && target.dialect === 'anthropic-messages';
  const own = demanded ? (target.deployment.max_output_tokens ?? UNBOUNDED_TOKENS) : undefined;
  const ceiling = call.plan?.route.max_output_tokens ?? own;
  if (ceiling === undefined) return null;
  return Math.min(ceiling, target.deployment.max_output_tokens ?? ceiling);
}

/** For a client whose dialect needs no ceiling, towards one that does, where nobody says what the model can. */
const UNBOUNDED_TOKENS = 4_096;

interface Start {
  readonly body: Buffer;
  readonly facts: RequestFacts;
  readonly parsed: unknown;
  readonly lost: readonly string[];
}

function translate(
  call: Call,
  target: Target,
  facts: RequestFacts,
  draft: AttemptDraft,
  ceiling: number | null,
): Start {
  const most = ceiling ?? target.deployment.max_output_tokens;
  const base = { ceilingField: ceilingFieldOf(target), model: target.deployment.model };
  const options = most === undefined ? base : { ...base, maxOutputTokens: most };
  const { envelope } = call;
  const body = envelope === null ? call.body : spliceJson(call.body, envelope.splice);
  const translation = translateRequest(call.surface, target.dialect, body, facts, call.fidelity, options);
  draft.edits.push(`translated:${call.surface}>${target.dialect}`);
  const parsed: unknown = JSON.parse(translation.body.toString('utf8'));
  return {
    body: translation.body,
    facts: readRequest(target.dialect, parsed, translation.body.length),
    parsed,
    lost: translation.lost,
  };
}

/** A server that lacks the newer field, as its deployment says, gets the older one. */
const ceilingFieldOf = (target: Target): 'max_tokens' | 'max_completion_tokens' =>
  target.deployment.lacks?.includes('max_completion_tokens') === true ? 'max_tokens' : 'max_completion_tokens';

function withCeiling(target: Target, splice: Splice, facts: RequestFacts, ceiling: number | null): Splice {
  if (ceiling === null || facts.maxOutputTokens !== undefined) return splice;
  if (facts.dialect === 'bedrock-converse') {
    const config = { ...facts.members?.inferenceConfig, maxTokens: ceiling };
    return { set: { ...splice.set, inferenceConfig: JSON.stringify(config) }, remove: splice.remove };
  }
  const field = CEILING_FIELDS[facts.dialect] ?? ceilingFieldOf(target);
  return { set: { ...splice.set, [field]: String(ceiling) }, remove: splice.remove };
}

/** Where one field carries it for every server. */
const CEILING_FIELDS: Readonly<Partial<Record<DialectId, string>>> = {
  'anthropic-messages': 'max_tokens',
  'openai-responses': 'max_output_tokens',
};

/** Names the fields that really changed: removing what is not there is no edit. */
function noteEdits(draft: AttemptDraft, parsed: unknown, splice: Splice): void {
  const body = parsed as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(splice.set)) {
    if (name === 'stream_options') draft.edits.push('stream_options.include_usage');
    else if (JSON.stringify(body[name]) !== splice.set[name]) draft.edits.push(name);
  }
  for (const name of splice.remove) if (Object.hasOwn(body, name)) draft.edits.push(`-${name}`);
}
