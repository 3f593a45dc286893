// The sellers that the other programs name, and what stands for each here. Those that speak OpenAI's dialect at a known address
// are called there; the address is the seller's own, as its API reference has it (read 2026-11). One that ends in the whole
// path is taken as it is. What is not in this table is told as not carried.
import type { CloudId } from '@weighbridge/protocol';

export interface Seller {
  readonly cloud: CloudId;
  /** Who sells, bills and runs, where the cloud does not tell: a party's name. */
  readonly party?: string;
  /** Address where the file gives none. */
  readonly base?: string;
  /** Variable that the key is read from where the file names none. */
  readonly key?: string;
  /** Variable that the address is read from where the file gives none. */
  readonly baseVariable?: string;
  /** A server of one's own: it may ask for no key. */
  readonly own?: true;
}

const served = (party: string, base: string, key: string): Seller => ({
  cloud: 'openai-compatible',
  party,
  base,
  key,
});
const own = (baseVariable: string, key: string, base?: string): Seller => ({
  cloud: 'openai-compatible',
  own: true,
  baseVariable,
  key,
  ...(base === undefined ? {} : { base }),
});

const AZURE: Seller = { cloud: 'azure-openai', key: 'AZURE_API_KEY', baseVariable: 'AZURE_API_BASE' };
const MISTRAL = served('mistral', 'https://api.mistral.ai/v1', 'MISTRAL_API_KEY');
const PERPLEXITY = served('perplexity', 'https://api.perplexity.ai/chat/completions', 'PERPLEXITYAI_API_KEY');
const GEMINI = served(
  'google',
  'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions',
  'GEMINI_API_KEY',
);
const NOVITA = served('novita', 'https://api.novita.ai/v3/openai/chat/completions', 'NOVITA_API_KEY');
const OLLAMA = own('OLLAMA_API_BASE', 'OLLAMA_API_KEY', 'http://localhost:11434/v1');
const VERTEX: Seller = { cloud: 'vertex' };
const BEDROCK: Seller = { cloud: 'bedrock' };

/** By the name without what is neither letter nor digit: `together_ai` and `together-ai` are one. */
const SELLERS: Readonly<Record<string, Seller>> = {
  anthropic: { cloud: 'anthropic', key: 'ANTHROPIC_API_KEY', baseVariable: 'ANTHROPIC_API_BASE' },
  openai: { cloud: 'openai', key: 'OPENAI_API_KEY', baseVariable: 'OPENAI_API_BASE' },
  azure: AZURE,
  azureopenai: AZURE,
  azureai: { cloud: 'foundry', key: 'AZURE_AI_API_KEY', baseVariable: 'AZURE_AI_API_BASE' },
  bedrock: BEDROCK,
  bedrockconverse: BEDROCK,
  vertexai: VERTEX,
  vertexaibeta: VERTEX,
  gemini: GEMINI,
  google: GEMINI,
  mistral: MISTRAL,
  mistralai: MISTRAL,
  perplexity: PERPLEXITY,
  perplexityai: PERPLEXITY,
  novita: NOVITA,
  novitaai: NOVITA,
  cerebras: served('cerebras', 'https://api.cerebras.ai/v1', 'CEREBRAS_API_KEY'),
  dashscope: served('alibaba', 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1', 'DASHSCOPE_API_KEY'),
  deepinfra: served('deepinfra', 'https://api.deepinfra.com/v1/openai/chat/completions', 'DEEPINFRA_API_KEY'),
  deepseek: served('deepseek', 'https://api.deepseek.com/v1', 'DEEPSEEK_API_KEY'),
  fireworksai: served('fireworks', 'https://api.fireworks.ai/inference/v1', 'FIREWORKS_AI_API_KEY'),
  groq: served('groq', 'https://api.groq.com/openai/v1', 'GROQ_API_KEY'),
  moonshot: served('moonshot', 'https://api.moonshot.ai/v1', 'MOONSHOT_API_KEY'),
  nebius: served('nebius', 'https://api.studio.nebius.ai/v1', 'NEBIUS_API_KEY'),
  nvidianim: served('nvidia', 'https://integrate.api.nvidia.com/v1', 'NVIDIA_NIM_API_KEY'),
  openrouter: served('openrouter', 'https://openrouter.ai/api/v1', 'OPENROUTER_API_KEY'),
  sambanova: served('sambanova', 'https://api.sambanova.ai/v1', 'SAMBANOVA_API_KEY'),
  togetherai: served('together', 'https://api.together.xyz/v1', 'TOGETHERAI_API_KEY'),
  xai: served('xai', 'https://api.x.ai/v1', 'XAI_API_KEY'),
  ollama: OLLAMA,
  ollamachat: OLLAMA,
  hostedvllm: own('HOSTED_VLLM_API_BASE', 'HOSTED_VLLM_API_KEY'),
  lmstudio: own('LM_STUDIO_API_BASE', 'LM_STUDIO_API_KEY'),
  llamafile: own('LLAMAFILE_API_BASE', 'LLAMAFILE_API_KEY'),
  xinference: own('XINFERENCE_API_BASE', 'XINFERENCE_API_KEY'),
  litellmproxy: own('LITELLM_PROXY_API_BASE', 'LITELLM_PROXY_API_KEY'),
  openailike: own('OPENAI_LIKE_API_BASE', 'OPENAI_LIKE_API_KEY'),
  customopenai: own('OPENAI_API_BASE', 'OPENAI_API_KEY'),
};

const plainName = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

export function sellerNamed(name: string): Seller | undefined {
  const plain = plainName(name);
  return Object.hasOwn(SELLERS, plain) ? SELLERS[plain] : undefined;
}

/** The seller whose name a name of somebody's own begins with, as `openai-team-a`; the longest name wins. */
export function sellerGuessed(name: string): string | undefined {
  const plain = plainName(name);
  return Object.keys(SELLERS)
    .filter((seller) => plain.startsWith(seller))
    .toSorted((a, b) => b.length - a.length)[0];
}

const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^(gpt-|chatgpt-|o\d|codex)/, 'openai'],
  [/^claude/, 'anthropic'],
  [/^gemini/, 'vertex_ai'],
];

/** Of a model without its seller before it. */
export const sellerOfModel = (model: string): string | undefined => FAMILIES.find(([shape]) => shape.test(model))?.[1];
