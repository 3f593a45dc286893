// What a client is told when a cloud fails: the error apart from what we put beside it.
import type { DialectId } from '@weighbridge/protocol';
import type { TestLane, Upstream } from './fixture.ts';
import { askIn, lanePair } from './lane-pair.ts';

export const MESSAGES = 'anthropic-messages' as const;
export const CHAT = 'openai-chat' as const;

/** A request refused, as each vendor says it, with members that no reference names. */
export const CLAUDE_400 = {
  type: 'error',
  error: {
    type: 'invalid_request_error',
    message: 'messages.0.content: Input should be a valid list\nmessages.1: too short',
    details: { error_visibility: 'user_facing', path: ['messages', 0, 'content'] },
  },
  request_id: 'req_vendor_b',
  hint: 'see the reference',
};
export const GPT_400 = {
  error: {
    message: "Invalid value: 'x'. Supported values are: 'a' and 'b'.",
    type: 'invalid_request_error',
    param: 'messages[0].content[1].type',
    code: 'invalid_value',
    innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: { hate: { filtered: false } } },
  },
};

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & { request_id?: string };
  readonly error: Record<string, unknown> & { message: string };
  readonly ours: Record<string, unknown>;
  readonly lane: TestLane;
}

export function readTold(text: string): Pick<Told, 'body' | 'error' | 'ours'> {
  const body = JSON.parse(text);
  const { weighbridge: ours, ...error } = body.error;
  return { body, error, ours };
}

/** What a client of `client` is told when an upstream of `cloud` fails so; the lane is closed again. */
export async function tell(
  upstream: Upstream,
  client: DialectId,
  cloud: DialectId,
  script: Parameters<Upstream['script']>[0],
  streamed = false,
): Promise<Told> {
  const lane = await lanePair(upstream, cloud, false);
  upstream.script(script);
  const response = await askIn(lane, client, streamed);
  const text = await response.text();
  const last = text.split('\n\n').findLast((part) => part !== '') ?? '';
  const told = readTold(response.status === 200 ? (/^data: (.*)$/m.exec(last)?.[1] ?? '') : text);
  await lane.close();
  return { ...told, status: response.status, headers: response.headers, lane };
}
