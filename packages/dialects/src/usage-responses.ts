// Responses usage into token classes: the same counts as Chat under other names, so the same rules split them. Tools that
// the seller ran are no part of `usage`; they are counted from the items of the answer, of which each is one use.
// https://platform.openai.com/docs/api-reference/responses/object (usage)
import type { ServerTool, Usage } from '@weighbridge/protocol';
import { isRecord, listOf, stringOf, type JsonRecord } from './json-value.ts';
import { openaiUsage } from './usage-openai.ts';

/** Items that stand for a use which the seller bills apart. */
const BILLED_ITEMS: Readonly<Record<string, ServerTool>> = {
  web_search_call: 'web_search',
  file_search_call: 'file_search',
  code_interpreter_call: 'code_execution',
  tool_search_call: 'tool_search',
};

export function responsesTokens(usage: JsonRecord, tier: string | undefined, output: unknown): Usage {
  const same = openaiUsage(
    {
      prompt_tokens: usage['input_tokens'],
      completion_tokens: usage['output_tokens'],
      total_tokens: usage['total_tokens'],
      prompt_tokens_details: usage['input_tokens_details'],
      completion_tokens_details: usage['output_tokens_details'],
    },
    tier,
  );
  const tools = toolUses(output);
  return { ...same, ...(tools === undefined ? {} : { server_tools: tools }), raw: JSON.stringify(usage) };
}

function toolUses(output: unknown): Usage['server_tools'] {
  const uses: Partial<Record<ServerTool, number>> = {};
  for (const item of listOf(output) ?? []) {
    const tool = isRecord(item) ? BILLED_ITEMS[stringOf(item['type']) ?? ''] : undefined;
    if (tool !== undefined) uses[tool] = (uses[tool] ?? 0) + 1;
  }
  return Object.keys(uses).length === 0 ? undefined : uses;
}
