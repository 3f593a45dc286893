// Beta features that pass by default, per cloud, when a deployment names no list of its own. A `*` at the end matches
// every dated version, a `!` before it keeps it out. Kept out on purpose: `fast-mode-*` (billed at a multiple, so it must
// be asked for by name) and `mcp-client-*` (the seller would call third parties with the caller's data).
import type { CloudId } from '@weighbridge/protocol';

/**
 * The developer's own API and its service on Azure take every name, those included that a client's next release brings:
 * a list of the known would break it on that day. https://code.claude.com/docs/en/llm-gateway-protocol
 */
export const FIRST_PARTY_BETAS: readonly string[] = ['*', '!fast-mode-*', '!mcp-client-*'];

/** Those known there. https://platform.claude.com/docs/en/api/beta-headers */
const FIRST_PARTY_KNOWN: readonly string[] = [
  'adaptive-thinking-*',
  'advanced-tool-use-*',
  'advisor-tool-*',
  'afk-mode-*',
  'cache-diagnosis-*',
  'claude-code-*',
  'code-execution-*',
  'compact-*',
  'computer-use-*',
  'context-1m-*',
  'context-hint-*',
  'context-management-*',
  'dev-full-thinking-*',
  'effort-*',
  'extended-cache-ttl-*',
  'files-api-*',
  'fine-grained-tool-streaming-*',
  'interleaved-thinking-*',
  'mid-conversation-system-*',
  'mid-conversation-tool-changes-*',
  'model-context-window-exceeded-*',
  'output-128k-*',
  'output-300k-*',
  'pdfs-*',
  'per-turn-control-*',
  'prompt-caching-*',
  'redact-thinking-*',
  'search-results-*',
  'skills-*',
  'structured-outputs-*',
  'task-budgets-*',
  'thinking-token-count-*',
  'token-counting-*',
  'token-efficient-tools-*',
  'tool-examples-*',
  'tool-search-tool-*',
  'user-profiles-*',
  'web-fetch-*',
  'web-search-*',
];

/**
 * Names that Bedrock takes in `anthropic_beta`; any other is a 400 "invalid beta flag".
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html
 */
export const BEDROCK_BETAS: readonly string[] = [
  'claude-code-20250219',
  'compact-2026-01-12',
  'computer-use-2025-01-24',
  'computer-use-2025-11-24',
  'context-1m-2025-08-07',
  'context-management-2025-06-27',
  'dev-full-thinking-2025-05-14',
  'effort-2025-11-24',
  'fine-grained-tool-streaming-2025-05-14',
  'interleaved-thinking-2025-05-14',
  'output-128k-2025-02-19',
  'token-efficient-tools-2025-02-19',
  'tool-examples-2025-10-29',
  'tool-search-tool-2025-10-19',
];

/** Names that Vertex AI takes in the `anthropic-beta` header. */
export const VERTEX_BETAS: readonly string[] = [
  'claude-code-20250219',
  'computer-use-2025-01-24',
  'computer-use-2025-11-24',
  'context-1m-2025-08-07',
  'context-management-2025-06-27',
  'fine-grained-tool-streaming-2025-05-14',
  'interleaved-thinking-2025-05-14',
  'output-128k-2025-02-19',
  'token-efficient-tools-2025-02-19',
  'tool-search-tool-2025-10-19',
  'web-search-2025-03-05',
];

/**
 * Those known at a cloud, but for the ones that widen a model's context window: what a deployment lists
 * under `betas` when its `max_input_tokens` has to hold. Empty where a cloud knows no betas.
 */
export const betasWithinWindow = (cloud: CloudId): readonly string[] =>
  (KNOWN[cloud] ?? []).filter((name) => !name.startsWith('context-1m-'));

const KNOWN: Readonly<Partial<Record<CloudId, readonly string[]>>> = {
  anthropic: FIRST_PARTY_KNOWN,
  foundry: FIRST_PARTY_KNOWN,
  bedrock: BEDROCK_BETAS,
  vertex: VERTEX_BETAS,
};
