// Values of `anthropic-beta` that the simulated clouds know, by family: a name is a family and a date. The real API
// refuses the whole request for one it does not know, which is how a forwarded client header can break a call. Families as
// they stand in Anthropic's SDKs and documentation; dates are not checked further than their form.

const DIRECT = new Set([
  'adaptive-thinking',
  'advanced-tool-use',
  'advisor-tool',
  'afk-mode',
  'cache-diagnosis',
  'claude-code',
  'code-execution',
  'code-execution-web-tools',
  'compact',
  'computer-use',
  'context-1m',
  'context-hint',
  'context-management',
  'dev-full-thinking',
  'effort',
  'extended-cache-ttl',
  'fallback',
  'fast-mode',
  'files-api',
  'fine-grained-tool-streaming',
  'interleaved-thinking',
  'managed-agents',
  'mcp-client',
  'message-batches',
  'mid-conversation-system',
  'model-context-window-exceeded',
  'oauth',
  'output-128k',
  'output-300k',
  'pdfs',
  'prompt-caching',
  'prompt-caching-scope',
  'redact-thinking',
  'search-results',
  'skills',
  'structured-outputs',
  'summarize-connector-text',
  'task-budgets',
  'thinking-token-count',
  'token-counting',
  'token-efficient-tools',
  'tool-examples',
  'tool-search-tool',
  'user-profiles',
  'web-fetch',
  'web-search',
]);

/** Fewer are known on Bedrock and Vertex. */
const CLOUD = new Set([
  'advanced-tool-use',
  'claude-code',
  'compact',
  'computer-use',
  'context-1m',
  'context-management',
  'dev-full-thinking',
  'effort',
  'extended-cache-ttl',
  'fine-grained-tool-streaming',
  'interleaved-thinking',
  'output-128k',
  'prompt-caching',
  'token-efficient-tools',
  'tool-examples',
  'tool-search-tool',
  'web-search',
]);

const DATED = /^([a-z0-9]+(?:-[a-z0-9]+)*?)-(?:\d{4}-\d{2}-\d{2}|\d{8})$/;

/** The first unknown value of a comma-separated header or of Bedrock's and Vertex's `anthropic_beta` list; null if fine. */
export function unknownBeta(value: string | readonly unknown[] | undefined, where: 'direct' | 'cloud'): string | null {
  if (value === undefined) return null;
  const names = typeof value === 'string' ? value.split(',').map((name) => name.trim()) : value.map(String);
  const known = where === 'direct' ? DIRECT : CLOUD;
  return names.find((name) => name !== '' && !known.has(DATED.exec(name)?.[1] ?? '')) ?? null;
}
