// One call of the playground: asked of the gateway over its own listener, streamed, as a Chat Completions client would, and
// told in the few words that a page needs. It is admitted, limited, weighed and sealed like any other call.
import { AppError, ERRORS, LIMITS, toAppError, type ErrorCode } from '@weighbridge/kernel';
import { SseReader } from '@weighbridge/dialects';
import type { PlayAsked, PlayEvent } from '@weighbridge/protocol';

export interface RelayOptions {
  /** Of the gateway. */
  readonly origin: string;
  readonly key: string;
  /** Groups the calls of one session of the console. */
  readonly session: string;
  readonly asked: PlayAsked;
  /** Aborted when nobody listens any more: the call is cancelled. */
  readonly signal: AbortSignal;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

type Json = Readonly<Record<string, unknown>>;

/** Throws nothing: what goes wrong is the last event. Ends without one when the signal was aborted. */
export async function* relay(options: RelayOptions): AsyncGenerator<PlayEvent> {
  const { signal, now } = options;
  const began = now();
  const late = AbortSignal.timeout(LIMITS.playground_call_ms);
  const call: Call = { receipt: null, status: null, ms: () => Math.max(0, now() - began) };
  try {
    yield* answerOf(options, AbortSignal.any([signal, late]), call);
  } catch (error) {
    if (signal.aborted) return;
    yield refusalOf(late.aborted ? tooLong() : failureOf(error), call);
  }
}

interface Call {
  receipt: string | null;
  status: number | null;
  readonly ms: () => number;
}

const tooLong = (): AppError =>
  new AppError('UPSTREAM_TIMEOUT', `the playground ends a call after ${LIMITS.playground_call_ms / 1000} s`, {
    next: 'ask for fewer tokens, or send the call from a client of your own',
  });

const failureOf = (error: unknown): AppError => {
  const cause = error instanceof TypeError && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return error instanceof TypeError
    ? new AppError('UPSTREAM_CUT', `the connection to the gateway broke off${cause}`, { cause: error })
    : toAppError(error);
};

const refusalOf = ({ code, message, next }: AppError, { receipt, ms }: Call): PlayEvent => ({
  event: 'refused',
  data: { status: null, code, message, next, receipt, ms: ms() },
});

async function* answerOf(options: RelayOptions, signal: AbortSignal, call: Call): AsyncGenerator<PlayEvent> {
  const response = await fetch(`${options.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${options.key}`,
      'weighbridge-session': options.session,
      'weighbridge-tags': 'source=playground',
    },
    body: JSON.stringify(requestOf(options.asked)),
    signal,
  });
  const { headers, status } = response;
  call.receipt = headers.get('weighbridge-receipt');
  call.status = status;
  if (!response.ok || response.body === null) {
    yield told(parsed(await response.text()), call);
    return;
  }
  yield { event: 'started', data: { ...placeOf(headers), receipt: call.receipt, ms: call.ms() } };
  const end: { stop: string | null; usage: Json } = { stop: null, usage: {} };
  const reader = new SseReader();
  for await (const bytes of response.body as AsyncIterable<Uint8Array>) {
    for (const { data } of reader.push(bytes)) {
      if (data === '') continue;
      if (data === '[DONE]') {
        yield { event: 'ended', data: { ...endOf(end), ms: call.ms() } };
        return;
      }
      const chunk = parsed(data);
      if (chunk['error'] !== undefined) {
        yield told(chunk, { ...call, status: null });
        return;
      }
      end.usage = record(chunk['usage']) ?? end.usage;
      const choice = record(list(chunk['choices'])[0]) ?? {};
      end.stop = text(choice['finish_reason']) ?? end.stop;
      yield* wordsOf(record(choice['delta']) ?? {}, call);
    }
  }
  throw new AppError('UPSTREAM_CUT', 'the answer broke off before its end');
}

function requestOf({ model, system, prompt, max_output_tokens: most, temperature }: PlayAsked): Json {
  const messages = [
    ...(system.trim() === '' ? [] : [{ role: 'system', content: system }]),
    { role: 'user', content: prompt },
  ];
  return {
    model,
    messages,
    ...(most === undefined ? {} : { max_completion_tokens: most }),
    ...(temperature === undefined ? {} : { temperature }),
    stream: true,
    stream_options: { include_usage: true },
  };
}

function placeOf(headers: Headers): Omit<Extract<PlayEvent, { event: 'started' }>['data'], 'receipt' | 'ms'> {
  const [name = '', grade = ''] = (headers.get('weighbridge-region') ?? '').split('; grade=');
  return {
    deployment: headers.get('weighbridge-deployment'),
    cloud: headers.get('weighbridge-cloud'),
    region: name === '' ? null : { name, grade: /^[0-4]$/.test(grade) ? Number(grade) : 0 },
    fallback: headers.get('weighbridge-fallback') === 'true',
    simulated: headers.get('weighbridge-simulated') === 'true',
    lost: (headers.get('weighbridge-lost') ?? '').split(',').flatMap((one) => one.trim() || []),
  };
}

function* wordsOf(delta: Json, { ms }: Call): Generator<PlayEvent> {
  const thinking = text(delta['reasoning_content']) ?? text(delta['reasoning']) ?? '';
  if (thinking !== '') yield { event: 'text', data: { kind: 'thinking', text: thinking, ms: ms() } };
  const said = (text(delta['content']) ?? '') + (text(delta['refusal']) ?? '');
  if (said !== '') yield { event: 'text', data: { kind: 'text', text: said, ms: ms() } };
}

const endOf = ({ stop, usage }: { readonly stop: string | null; readonly usage: Json }) => ({
  stop,
  input_tokens: whole(usage['prompt_tokens']),
  output_tokens: whole(usage['completion_tokens']),
});

/** What the gateway said in the caller's dialect, taken apart again. */
function told(body: Json, { receipt, status, ms }: Call): PlayEvent {
  const error = record(body['error']) ?? {};
  const ours = record(error['weighbridge']) ?? record(body['weighbridge']) ?? {};
  const code = text(ours['code']) ?? 'UPSTREAM_ERROR';
  const next = text(ours['next']) ?? ERRORS[code in ERRORS ? (code as ErrorCode) : 'UPSTREAM_ERROR'].next;
  const message =
    text(error['message']) ?? text(ours['message']) ?? `the gateway answered ${status ?? 'with an error'}`;
  const what = message.replace(` Next: ${next}.`, '');
  return { event: 'refused', data: { status, code, message: what, next, receipt, ms: ms() } };
}

function parsed(json: string): Json {
  try {
    return record(JSON.parse(json)) ?? {};
  } catch {
    return {}; // What is no JSON says nothing; the status does.
  }
}

const record = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const whole = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
