// Which handler answers at which site. Adding a cloud is one file and one line here.
import type { LabSite } from '../endpoints.ts';
import { anthropicCloud } from './anthropic.ts';
import { azureOpenAiCloud } from './azure-openai.ts';
import { bedrockCloud } from './bedrock.ts';
import type { LabCloud } from './cloud.ts';
import { foundryCloud } from './foundry.ts';
import { openAiCloud } from './openai.ts';
import { openAiCompatibleCloud } from './openai-compatible.ts';
import { vertexCloud } from './vertex.ts';

export const LAB_CLOUDS: Readonly<Record<LabSite, LabCloud>> = {
  anthropic: anthropicCloud,
  foundry: foundryCloud,
  'azure-openai': azureOpenAiCloud,
  bedrock: bedrockCloud,
  'bedrock-eu': bedrockCloud,
  vertex: vertexCloud,
  openai: openAiCloud,
  'openai-compatible': openAiCompatibleCloud,
};
