// An answer of the simulated model in the form of whichever dialect it was asked in, as payloads of a stream or whole.
import type { Lab } from '../lab.ts';
import type { Answer, Counts, Prompt } from '../model/prompt.ts';
import { anthropicMessage, anthropicStream } from './anthropic-response.ts';
import { converseShape, converseStream, converseWhole } from './converse-response.ts';
import { openAiCompletion, openAiStream, shapeOf, type OpenAiFlavour } from './openai-response.ts';
import type { Claims, Payload } from './payload.ts';
import { responsesShape, responsesStream, responsesWhole } from './responses-response.ts';

export interface Written {
  readonly prompt: Prompt;
  readonly flavour: OpenAiFlavour;
  readonly answers: readonly Answer[];
  /** What the response says was used; null when it says nothing. */
  readonly counts: Counts | null;
  readonly claims: Claims;
  /** Milliseconds until it begins. */
  readonly ms: number;
}

export function writeStream({ signer }: Lab, { prompt, flavour, answers, counts, claims, ms }: Written): Payload[] {
  const [first] = answers;
  if (first === undefined) return [];
  switch (prompt.dialect) {
    case 'anthropic-messages':
      return anthropicStream(first, counts, claims);
    case 'bedrock-converse':
      return converseStream(first, counts, claims, converseShape(prompt, ms));
    case 'openai-responses':
      return responsesStream(first, counts, claims, responsesShape(prompt, signer));
    case 'openai-chat':
      return openAiStream(answers, counts, claims, shapeOf(prompt, flavour, thoughtOf(flavour, first)));
  }
}

export function writeWhole({ signer }: Lab, { prompt, flavour, answers, counts, claims, ms }: Written): string {
  const [first] = answers;
  if (first === undefined) return '{}';
  switch (prompt.dialect) {
    case 'anthropic-messages':
      return anthropicMessage(first, counts, claims);
    case 'bedrock-converse':
      return converseWhole(first, counts, claims, converseShape(prompt, ms));
    case 'openai-responses':
      return responsesWhole(first, counts, claims, responsesShape(prompt, signer));
    case 'openai-chat':
      return openAiCompletion(answers, counts, claims, shapeOf(prompt, flavour, thoughtOf(flavour, first)));
  }
}

/** Only a vLLM-like server shows what a reasoning model thought. */
const thoughtOf = (flavour: OpenAiFlavour, answer: Answer): string | null =>
  flavour === 'compatible' ? answer.thought : null;
