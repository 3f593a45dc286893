// What a request of either dialect says in the same words, and the members of the form that are there only when the
// caller gave them.
import { isGiven } from '../features-responses.ts';
import { numberOf, type JsonRecord } from '../json-value.ts';
import type { FormRequest, FormSampling } from './form.ts';

export function readSampling(body: JsonRecord): FormSampling {
  const temperature = numberOf(body['temperature']);
  const topP = numberOf(body['top_p']);
  const topK = numberOf(body['top_k']);
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
  };
}

type Optional = 'toolChoice' | 'schema' | 'thinking' | 'effort' | 'endUser' | 'serviceTier' | 'cache';

/** Only what was given; the names of the service tier are each dialect's own. */
export function givenOf(options: { readonly [K in Optional]: FormRequest[K] | undefined }): Pick<
  FormRequest,
  Optional
> {
  const { toolChoice, schema, thinking, effort, endUser, serviceTier, cache } = options;
  return {
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...(schema === undefined ? {} : { schema }),
    ...(thinking === undefined ? {} : { thinking }),
    ...(effort === undefined ? {} : { effort }),
    ...(endUser === undefined ? {} : { endUser }),
    ...(serviceTier === undefined ? {} : { serviceTier }),
    ...(cache === undefined ? {} : { cache }),
  };
}

/** Fields that Chat and Responses share, name and meaning. */
export function sameFields(body: JsonRecord): JsonRecord {
  const same: Record<string, unknown> = {};
  for (const name of SAME_FIELDS) if (isGiven(body[name])) same[name] = body[name];
  const tier = body['service_tier'];
  if (typeof tier === 'string' && tier !== 'auto' && tier !== 'default') same['service_tier'] = tier;
  return same;
}

const SAME_FIELDS = [
  'metadata',
  'moderation',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'store',
] as const;
