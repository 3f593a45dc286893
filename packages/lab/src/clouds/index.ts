// Which handler answers at which site. Adding a cloud is one file and one line here.
import type { LabSite } from '../endpoints.ts';
import { anthropicCloud } from './anthropic.ts';
import { azureOpenAiCloud } from './azure-openai.ts';
import type { LabCloud } from './cloud.ts';
import { foundryCloud } from './foundry.ts';
import { openAiCloud } from './openai.ts';
import { openAiCompatibleCloud } from './openai-compatible.ts';

export const LAB_CLOUDS: Readonly<Partial<Record<LabSite, LabCloud>>> = {
  anthropic: anthropicCloud,
  foundry: foundryCloud,
  'azure-openai': azureOpenAiCloud,
  openai: openAiCloud,
  'openai-compatible': openAiCompatibleCloud,
};
