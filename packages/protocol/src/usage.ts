// Tokens by class. Classes never overlap: `input` excludes whatever was read from or written to a cache, `output`
// excludes `reasoning` where the vendor tells them apart, so a bill is a plain sum over classes.

export const TOKEN_CLASSES = [
  'input',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'input_audio',
  'cache_read_audio',
  'input_image',
  'output',
  'reasoning',
  'output_audio',
  'output_image',
] as const;
export type TokenClass = (typeof TOKEN_CLASSES)[number];

/** Tools that the seller runs and bills by the use. */
export const SERVER_TOOLS = ['web_search', 'web_fetch', 'code_execution', 'tool_search', 'file_search'] as const;
export type ServerTool = (typeof SERVER_TOOLS)[number];

/** `reported`: the vendor's own figure. `estimated`: ours, the call broke off first. `unknown`: neither. */
export type UsageSource = 'reported' | 'estimated' | 'unknown';

/** Counts of one call (or one leg of it). An absent class does not apply; zero means measured and none. */
export interface Usage {
  readonly tokens: Readonly<Partial<Record<TokenClass, number>>>;
  /** Uses of tools that the seller bills apart. */
  readonly server_tools?: Readonly<Partial<Record<ServerTool, number>>>;
  readonly source: UsageSource;
  /** What the vendor says it served this as: `standard`, `priority`, `batch`, `flex`, … verbatim. */
  readonly tier?: string;
  /** Where the vendor says inference ran, verbatim (Anthropic `usage.inference_geo`). */
  readonly inference_geo?: string;
  /** `standard` or `fast`, where the vendor says. */
  readonly speed?: string;
  /** Vendor usage as received, JSON text; null when it reported none. */
  readonly raw: string | null;
}

/** Prompt tokens (all input classes; picks the context band) and completion tokens (all output classes). */
export function usageTotals(usage: Usage): { prompt: number; completion: number } {
  let prompt = 0;
  let completion = 0;
  for (const name of TOKEN_CLASSES) {
    const count = usage.tokens[name] ?? 0;
    if (name.startsWith('output') || name === 'reasoning') completion += count;
    else prompt += count;
  }
  return { prompt, completion };
}
