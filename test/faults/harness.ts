// A gateway in front of the lab with one candidate per route, one attempt and short timers, so that no fall-back hides a
// fault; and one call through it, with what the client saw, what the lab really did, and what the receipt says.
import assert from 'node:assert/strict';
import type { DialectId } from '@weighbridge/protocol';
import { labConfiguration } from '@weighbridge/lab';
import { openGateway, type TestGateway } from '../../conformance/support/gateway.ts';
import { openLab, type TestLab } from '../../conformance/support/lab.ts';

/** Lab deployments by the dialect that they speak. */
/** OpenAI's deployment is spoken to in the dialect of an OpenAI client, and in Chat with any other. */
const UPSTREAM = {
  'anthropic-messages': 'anthropic-sonnet-4-5',
  'openai-chat': 'openai-gpt-4-1',
  'openai-responses': 'openai-gpt-4-1',
  'bedrock-converse': 'bedrock-nova-2-lite-us',
} as const;

/** Dialects of clients whose streams are server-sent events. */
export type ClientDialect = Exclude<DialectId, 'bedrock-converse'>;

/** One cell of the matrix; it has a route, deployment and credential of its own: no circuit that another opened touches it. */
export interface Cell {
  readonly name: string;
  readonly client: ClientDialect;
  readonly upstream: DialectId;
  readonly stream: boolean;
}

export const routeOf = (index: number): string => `cell-${index}`;

const TIMERS = { connect_ms: 1_000, first_token_ms: 600, between_tokens_ms: 600, total_ms: 8_000 };

/** What the lab's own ledger says of one request. */
export interface Truth {
  readonly n: number;
  readonly request_id: string;
  readonly model_asked: string;
  readonly model_ran: string | null;
  readonly region: string;
  readonly stream: boolean;
  readonly status: number;
  readonly fault: string | null;
  readonly usage: { readonly input: number; readonly output: number } | null;
  readonly output_sent: number;
  readonly outcome: 'completed' | 'aborted' | 'refused' | 'broken';
}

const BOOKED_MS = 10_000;

export interface FaultBench {
  readonly lab: TestLab;
  readonly gateway: TestGateway;
  /** Switches the faults off, then this one on. */
  fault(rule: Record<string, unknown>): Promise<void>;
  /** The newest row of the lab's ledger, once there is one after row `n`: a request may be booked after its client left. */
  servedAfter(n: number): Promise<Truth>;
  stop(): Promise<void>;
}

function configuration(lab: TestLab, cells: readonly Cell[]): unknown {
  const base = labConfiguration(lab.endpoints) as {
    routes: object;
    credentials: Record<string, object>;
    deployments: Record<string, { credential: string }>;
  };
  const models = cells.map(({ upstream }) => base.deployments[UPSTREAM[upstream]]);
  const credentials = models.map((model, index) => [routeOf(index), base.credentials[model?.credential ?? '']]);
  const deployments = models.map((model, index) => [routeOf(index), { ...model, credential: routeOf(index) }]);
  const routes = cells.map((_, index) => [
    routeOf(index),
    {
      candidates: [{ deployment: routeOf(index) }],
      attempts: 1,
      timers: TIMERS,
      fidelity: 'warn',
      max_output_tokens: 4096,
    },
  ]);
  return {
    ...base,
    projections: 'off',
    credentials: { ...base.credentials, ...Object.fromEntries(credentials) },
    deployments: { ...base.deployments, ...Object.fromEntries(deployments) },
    routes: { ...base.routes, ...Object.fromEntries(routes) },
  };
}

export async function openFaultBench(cells: readonly Cell[]): Promise<FaultBench> {
  const lab = await openLab();
  const gateway = await openGateway(lab, configuration(lab, cells));
  const admin = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${lab.endpoints.admin}/__lab/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    assert.equal(answer.status, 200, `${method} ${path}: ${text}`);
    return JSON.parse(text);
  };
  return {
    lab,
    gateway,
    fault: async (rule) => {
      await admin('DELETE', 'faults');
      await admin('POST', 'faults', rule);
    },
    servedAfter: async (n) => {
      const deadline = performance.now() + BOOKED_MS;
      for (;;) {
        const { rows } = (await admin('GET', 'served')) as { rows: readonly Truth[] };
        const newest = rows.at(-1);
        if (newest !== undefined && newest.n > n) return newest;
        assert.ok(performance.now() < deadline, `the lab booked nothing after row ${n} within ${BOOKED_MS} ms`);
      }
    },
    stop: async () => {
      await gateway.stop();
      await lab.stop();
    },
  };
}

export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Payloads of the stream's `data:` lines, terminal included. */
  readonly frames: readonly string[];
  /** The error that the client met, whole or inside the stream; null when it met none. */
  readonly error: {
    readonly type: string;
    readonly code: string;
    readonly next: string;
    readonly requestId: string;
  } | null;
  /** The stream said that it was complete (`message_stop`, `[DONE]`), or the body was whole. */
  readonly complete: boolean;
}

const TOOL = {
  name: 'weather',
  description: 'The weather in a city',
  schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

function request(dialect: ClientDialect, model: string, stream: boolean): unknown {
  const messages = [{ role: 'user', content: 'Use the weather tool for Paris, then say something of some length.' }];
  if (dialect === 'anthropic-messages') {
    const tools = [{ name: TOOL.name, description: TOOL.description, input_schema: TOOL.schema }];
    return { model, stream, max_tokens: 512, messages, tools };
  }
  if (dialect === 'openai-responses') {
    const tools = [
      { type: 'function', name: TOOL.name, description: TOOL.description, parameters: TOOL.schema, strict: false },
    ];
    return { model, stream, max_output_tokens: 512, input: messages, tools, store: false };
  }
  const tools = [
    { type: 'function', function: { name: TOOL.name, description: TOOL.description, parameters: TOOL.schema } },
  ];
  return {
    model,
    stream,
    max_tokens: 512,
    messages,
    tools,
    ...(stream ? { stream_options: { include_usage: true } } : {}),
  };
}

interface ErrorShape {
  readonly type?: string;
  readonly request_id?: string;
  readonly error?: {
    readonly type?: string;
    readonly message?: string;
    readonly weighbridge?: {
      readonly code: string;
      readonly next: string;
      readonly request_id: string;
      /** Beside the cloud's own words: ours. */
      readonly message?: string;
    };
  };
}

function errorIn(dialect: ClientDialect, text: string): Seen['error'] {
  const parsed = JSON.parse(text) as ErrorShape;
  // An event of Responses is flat: what another dialect tells inside `error` stands beside its type.
  const flat = dialect === 'openai-responses' && parsed.type === 'error';
  const error = flat ? (parsed as NonNullable<ErrorShape['error']>) : parsed.error;
  if (error === undefined || error === null) return null;
  if (dialect === 'anthropic-messages') assert.equal(parsed.type, 'error', text);
  assert.equal(typeof error.type, 'string', text);
  assert.ok(error.weighbridge !== undefined, `an error carries our code: ${text}`);
  const { code, next, request_id: requestId, message } = error.weighbridge;
  assert.ok((message ?? error.message ?? '').length > 20, `an error says what happened: ${text}`);
  return { type: error.type ?? '', code, next, requestId };
}

const PATHS: Readonly<Record<ClientDialect, string>> = {
  'anthropic-messages': '/v1/messages',
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
};
const LAST = /^\{"type":"(?:message_stop|response\.completed)"/;

/** One call as a plain HTTP client makes it. A connection that breaks leaves what had arrived. */
export async function ask(gateway: TestGateway, dialect: ClientDialect, model: string, stream: boolean): Promise<Seen> {
  const answer = await fetch(`${gateway.origin}${PATHS[dialect]}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(request(dialect, model, stream)),
  });
  const text = await answer.text();
  const { status, headers } = answer;
  if (headers.get('content-type')?.startsWith('text/event-stream') !== true) {
    const error = errorIn(dialect, text);
    return { status, headers, text, frames: [], error, complete: error === null };
  }
  const frames = [...text.matchAll(/^data: ?(.*)$/gm)].map((match) => match[1] ?? '');
  const errors = frames.filter((frame) => frame !== '[DONE]').map((frame) => errorIn(dialect, frame));
  const complete = frames.some((frame) => frame === '[DONE]' || LAST.test(frame));
  return { status, headers, text, frames, error: errors.find((error) => error !== null) ?? null, complete };
}
