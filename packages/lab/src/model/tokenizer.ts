// The lab's tokenizer, simple enough to check by hand: one token per four bytes of UTF-8, rounded up, counted per text
// part; four more for each message and eight for each tool. It is no vendor's tokenizer; it is the same one everywhere
// in the lab, so that counts add up and agree between clouds, streams and count_tokens.

export const MESSAGE_TOKENS = 4;
export const TOOL_TOKENS = 8;
const BYTES_PER_TOKEN = 4;
/** Anthropic's documented estimate: width × height ÷ 750. https://platform.claude.com/docs/en/build-with-claude/vision */
const PIXELS_PER_TOKEN = 750;
const IMAGE_TOKENS_CAP = 1_600;
/** Middle of the documented 1,500 to 3,000 tokens per page. */
export const PDF_PAGE_TOKENS = 2_000;

export const tokensOf = (text: string): number => Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);

export const tokensOfBytes = (bytes: number): number => Math.ceil(bytes / BYTES_PER_TOKEN);

export const tokensOfImage = (width: number, height: number): number =>
  Math.min(IMAGE_TOKENS_CAP, Math.max(1, Math.ceil((width * height) / PIXELS_PER_TOKEN)));

/** The longest prefix of whole characters that is at most `tokens` long. */
export function cutToTokens(text: string, tokens: number): string {
  const bytes = Buffer.from(text);
  const limit = Math.max(0, tokens) * BYTES_PER_TOKEN;
  if (bytes.length <= limit) return text;
  let end = limit;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
