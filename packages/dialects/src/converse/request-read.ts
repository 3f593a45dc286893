// A Converse request into the form, by way of the Messages API, which has a place for nearly all of it; and as that API's
// own body, for a deployment that speaks it: there nothing is read twice, and fields of Claude's go on as they came.
import { AppError } from '@weighbridge/kernel';
import type { Losses } from '../capabilities.ts';
import { readAnthropicRequest } from '../form/anthropic-request-read.ts';
import type { FormRequest } from '../form/form.ts';
import type { JsonRecord } from '../json-value.ts';
import type { TranslateOptions } from '../types.ts';
import { converseFeatures, messagesOfConverse } from './request.ts';

export const readConverseRequest = (body: JsonRecord, losses: Losses): FormRequest =>
  readAnthropicRequest(
    messagesOfConverse(body, (feature) => losses.add(feature)),
    losses,
  );

/** Throws BAD_REQUEST when nobody named a ceiling, which that API demands. */
export function messagesBodyOf(
  body: JsonRecord,
  asked: { readonly maxOutputTokens?: number },
  options: TranslateOptions,
  losses: Losses,
): JsonRecord {
  for (const feature of converseFeatures(body)) losses.beyond(feature);
  const maxTokens = asked.maxOutputTokens ?? options.maxOutputTokens;
  if (maxTokens === undefined)
    throw new AppError(
      'BAD_REQUEST',
      'the model behind this route needs a ceiling on its answer, and the request names none',
      {
        next: 'set `inferenceConfig.maxTokens`, or give the route a `max_output_tokens` ceiling',
        details: { param: 'inferenceConfig.maxTokens' },
      },
    );
  // Betas have joined those of the headers, where each cloud's own list judges them.
  const { anthropic_beta: _betas, ...message } = messagesOfConverse(body, () => undefined);
  return { ...message, max_tokens: maxTokens };
}
