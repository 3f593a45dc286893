// What a request of either dialect says in the same words, and the members of the form that are there only when the
// caller gave them.
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
