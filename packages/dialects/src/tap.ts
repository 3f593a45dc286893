// The tap of a dialect: reads an answer while its bytes pass, and changes nothing.
import type { DialectId } from '@weighbridge/protocol';
import { AnthropicTap } from './tap-anthropic.ts';
import { OpenaiTap } from './tap-openai.ts';
import type { ResponseTap } from './types.ts';

/** A fresh tap; one per attempt. */
export const createTap = (dialect: DialectId): ResponseTap =>
  dialect === 'anthropic-messages' ? new AnthropicTap() : new OpenaiTap();
