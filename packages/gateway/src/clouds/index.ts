// The clouds, one line each. Adding one is a file, a test with recorded bytes, and a line here.
import type { CloudId } from '@weighbridge/protocol';
import { anthropic } from './anthropic.ts';
import { azureOpenai } from './azure-openai.ts';
import { bedrock } from './bedrock.ts';
import type { Cloud } from './cloud.ts';
import { foundry } from './foundry.ts';
import { openai } from './openai.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { vertex } from './vertex.ts';

const CLOUD_TABLE: Readonly<Record<CloudId, Cloud>> = {
  anthropic,
  foundry,
  bedrock,
  vertex,
  openai,
  'azure-openai': azureOpenai,
  'openai-compatible': openaiCompatible,
};

export const cloudOf = (id: CloudId): Cloud => CLOUD_TABLE[id];

export const allClouds = (): readonly Cloud[] => Object.values(CLOUD_TABLE);
