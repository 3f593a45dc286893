// The tap of a dialect: reads an answer while its bytes pass, and changes nothing.
import type { DialectId } from '@weighbridge/protocol';
import { AnthropicTap } from './tap-anthropic.ts';
import { ConverseTap } from './tap-converse.ts';
import { OpenaiTap } from './tap-openai.ts';
import { ResponsesTap } from './tap-responses.ts';
import type { ResponseTap } from './types.ts';

/** A fresh tap; one per attempt. */
export function createTap(dialect: DialectId): ResponseTap {
  switch (dialect) {
    case 'anthropic-messages':
      return new AnthropicTap();
    case 'openai-chat':
      return new OpenaiTap();
    case 'openai-responses':
      return new ResponsesTap();
    case 'bedrock-converse':
      return new ConverseTap();
  }
}
