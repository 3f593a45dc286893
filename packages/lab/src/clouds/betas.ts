// Values of `anthropic-beta` that the simulated clouds know. The real API refuses the whole request for one it does not
// know, which is how a forwarded client header can break a call; names as they stand in Anthropic's SDKs and documentation.

const DIRECT = new Set([
  'message-batches-2024-09-24',
  'prompt-caching-2024-07-31',
  'computer-use-2024-10-22',
  'computer-use-2025-01-24',
  'computer-use-2025-11-24',
  'pdfs-2024-09-25',
  'token-counting-2024-11-01',
  'token-efficient-tools-2025-02-19',
  'output-128k-2025-02-19',
  'files-api-2025-04-14',
  'mcp-client-2025-04-04',
  'mcp-client-2025-11-20',
  'dev-full-thinking-2025-05-14',
  'interleaved-thinking-2025-05-14',
  'code-execution-2025-05-22',
  'code-execution-2025-08-25',
  'extended-cache-ttl-2025-04-11',
  'context-1m-2025-08-07',
  'context-management-2025-06-27',
  'model-context-window-exceeded-2025-08-26',
  'skills-2025-10-02',
  'fast-mode-2026-02-01',
  'web-fetch-2025-09-10',
  'fine-grained-tool-streaming-2025-05-14',
  'advanced-tool-use-2025-11-20',
  'structured-outputs-2025-11-13',
  'structured-outputs-2025-12-15',
  'effort-2025-11-24',
  'oauth-2025-04-20',
  'claude-code-20250219',
  'prompt-caching-scope-2026-01-05',
  'adaptive-thinking-2026-01-28',
  'compact-2026-01-12',
  'tool-examples-2025-10-29',
  'tool-search-tool-2025-10-19',
  'advisor-tool-2026-03-01',
  'redact-thinking-2026-02-12',
  'afk-mode-2026-01-31',
  'task-budgets-2026-03-13',
  'mid-conversation-system-2026-04-07',
  'thinking-token-count-2026-05-13',
  'context-hint-2026-04-09',
  'cache-diagnosis-2026-04-07',
  'user-profiles-2026-03-24',
  'output-300k-2026-03-24',
]);

/** Fewer are known on Bedrock and Vertex. */
const CLOUD = new Set([
  'computer-use-2025-01-24',
  'computer-use-2025-11-24',
  'token-efficient-tools-2025-02-19',
  'output-128k-2025-02-19',
  'interleaved-thinking-2025-05-14',
  'context-1m-2025-08-07',
  'context-management-2025-06-27',
  'effort-2025-11-24',
  'fine-grained-tool-streaming-2025-05-14',
  'dev-full-thinking-2025-05-14',
  'tool-examples-2025-10-29',
  'tool-search-tool-2025-10-19',
  'claude-code-20250219',
  'prompt-caching-2024-07-31',
  'extended-cache-ttl-2025-04-11',
  'web-search-2025-03-05',
  'compact-2026-01-12',
]);

/** The first unknown value of a comma-separated header or of Bedrock's and Vertex's `anthropic_beta` list; null if fine. */
export function unknownBeta(value: string | readonly unknown[] | undefined, where: 'direct' | 'cloud'): string | null {
  if (value === undefined) return null;
  const names = typeof value === 'string' ? value.split(',').map((name) => name.trim()) : value.map(String);
  const known = where === 'direct' ? DIRECT : CLOUD;
  return names.find((name) => name !== '' && !known.has(name)) ?? null;
}
