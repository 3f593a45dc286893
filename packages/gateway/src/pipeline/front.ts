// The table of paths. Checks the head of every request, whatever its path, then hands model calls to the pipeline and
// what is not ours to the injected handler. Every error is in the dialect of the path that was asked.
import type { IncomingMessage } from 'node:http';
import type { ErrorForm } from '@weighbridge/dialects';
import { AppError, toAppError } from '@weighbridge/kernel';
import type { DialectId } from '@weighbridge/protocol';
import type { KeyRecord } from '../deployment.ts';
import { answerAt, serveAnswer } from '../deadline/later.ts';
import { identifySignedReader } from '../stages/identify-signed.ts';
import { identifyKey } from '../stages/identify.ts';
import { checkHead } from '../stages/listen.ts';
import { noteStranger } from '../stages/stranger.ts';
import { modelList, modelOne } from '../stages/models.ts';
import { unknownModel } from '../stages/unknown-model.ts';
import { BOUNDS } from './bounds.ts';
import type { CallRequest, CallResponse } from './call-exchange.ts';
import { Call, type Endpoint } from './call.ts';
import { hasBody, readClientHeaders, type ClientHeaders } from './client-headers.ts';
import { ClientReply } from './client-reply.ts';
import { renderFailure } from './failure.ts';
import type { LaneContext } from './lane-context.ts';
import type { LaneRequest } from './lane-request.ts';
import type { LaneResponse } from './lane-response.ts';
import { endOverRest, isClosing } from './refused-rest.ts';
import { connectorAt, isConnector } from '../mcp/connectors.ts';
import { MCP_PATH, serveMcp } from '../mcp/server.ts';
import { awsList, isAwsList } from '../surfaces/aws-lists.ts';
import { isSigned } from '../surfaces/aws-signed.ts';
import type { Envelope } from '../surfaces/envelope.ts';
import { decoded, wrappedAt } from '../surfaces/wrapped.ts';
import type { WholeRequest } from '../wire/whole-request.ts';
import type { WholeResponse } from '../wire/whole-response.ts';
import type { Send } from './stage.ts';

/** A model call, as its path says what it is. */
interface Called {
  readonly dialect: DialectId;
  readonly endpoint: Endpoint;
  readonly errors: ErrorForm;
  /** What the path wraps around the body; null on the dialects' own paths. */
  readonly envelope: (() => Envelope) | null;
}

const plain = (dialect: DialectId, endpoint: Endpoint = 'generate'): Called => ({
  dialect,
  endpoint,
  errors: dialect,
  envelope: null,
});

const MODEL_CALLS: Readonly<Record<string, Called>> = {
  '/v1/chat/completions': plain('openai-chat'),
  '/v1/responses': plain('openai-responses'),
  '/v1/messages': plain('anthropic-messages'),
  '/anthropic/v1/messages': plain('anthropic-messages'),
  '/v1/messages/count_tokens': plain('anthropic-messages', 'count_tokens'),
  '/anthropic/v1/messages/count_tokens': plain('anthropic-messages', 'count_tokens'),
  '/openai/v1/chat/completions': plain('openai-chat'),
  '/openai/v1/responses': plain('openai-responses'),
  '/models/chat/completions': plain('openai-chat'),
};

const MODEL_LISTS = /^(?:(?:\/anthropic|\/openai)?\/v1\/models|\/openai\/models)(?:\/(.+))?$/;
const OURS = /^\/(?:anthropic|openai|model|projects)\//;

export interface Front {
  /** A request of any path, as Node's own server hands it on: its body is still to come. */
  readonly serve: (request: LaneRequest, response: LaneResponse) => void;
  /** Whether a target is that of a model call. */
  readonly isCall: (target: string) => boolean;
  /** A model call that has come whole. */
  readonly serveWhole: (request: WholeRequest, response: WholeResponse) => void;
}

export function createFront(lane: LaneContext, send: Send): Front {
  return {
    serve: (request, response) => serve(lane, send, request, response),
    isCall: (target) => callAt(pathOf(target)) !== null,
    serveWhole: (request, response) => serveWhole(lane, send, request, response),
  };
}

function serve(lane: LaneContext, send: Send, request: LaneRequest, response: LaneResponse): void {
  if (isClosing(request.socket)) return undefined;
  const headers = readClientHeaders(request.rawHeaders);
  const target = request.url ?? '/';
  const path = pathOf(target);
  const called = callAt(path);
  try {
    checkHead(lane, request.method ?? '', target, headers);
    if (request.method === 'POST') {
      if (called !== null) return startCall(lane, send, request, response, headers, called);
      if (path === MCP_PATH) return serveMcp(lane, request, response, headers, send);
    }
    return serveOther(lane, request, response, headers, path);
  } catch (error) {
    return refuse(lane, request, response, headers, called?.errors ?? errorsAt(path, headers), toAppError(error));
  }
}

function serveWhole(lane: LaneContext, send: Send, request: WholeRequest, response: WholeResponse): void {
  const headers = readClientHeaders(request.rawHeaders);
  const path = pathOf(request.url);
  const called = callAt(path);
  try {
    if (called === null) throw new AppError('INTERNAL', `${path.slice(0, 200)} is no model call`);
    checkHead(lane, request.method, request.url, headers);
    startCall(lane, send, request, response, headers, called);
  } catch (error) {
    refuse(lane, request, response, headers, called?.errors ?? errorsAt(path, headers), toAppError(error));
  }
}

function startCall(
  lane: LaneContext,
  send: Send,
  request: CallRequest,
  response: CallResponse,
  headers: ClientHeaders,
  { dialect, endpoint, envelope }: Called,
): void {
  const call = new Call(lane, request, response, headers, dialect, endpoint, envelope?.() ?? null);
  send(call, new ClientReply(call));
}

/** The model call that a path is; null for any other path. */
function callAt(path: string): Called | null {
  if (Object.hasOwn(MODEL_CALLS, path)) return MODEL_CALLS[path] ?? null;
  const wrapped = wrappedAt(path);
  if (wrapped === null) return null;
  const { form, endpoint } = wrapped;
  return { dialect: form.dialect, endpoint, errors: form.errors, envelope: () => wrapped.envelope() };
}

function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}

/** How a path that is no model call tells a failure. */
const errorsAt = (path: string, headers: Pick<ClientHeaders, 'anthropic'>): ErrorForm =>
  isAwsList(path) || path.startsWith('/model/') ? 'aws-exception' : dialectOf(path, headers);

/** Dialect in which a path that is no model call speaks. */
export function dialectOf(path: string, headers: Pick<ClientHeaders, 'anthropic'>): DialectId {
  if (/^(?:\/openai)?\/v1\/responses/.test(path)) return 'openai-responses';
  const messages = path.startsWith('/v1/messages') || path.startsWith('/anthropic') || headers.anthropic;
  return messages ? 'anthropic-messages' : 'openai-chat';
}

function serveOther(
  lane: LaneContext,
  request: IncomingMessage,
  response: LaneResponse,
  headers: ClientHeaders,
  path: string,
): void {
  const { method } = request;
  const reads = method === 'GET' || method === 'HEAD';
  if (method === 'OPTIONS' && headers.origin !== '') return preflight(response, headers);
  if (path === '/healthz' && reads) return json(response, 200, { status: 'ok' });
  if (path === '/readyz' && reads) return readiness(lane, response);
  // Claude Code warms its connection with one of these.
  if ((path === '/' || path === '/api/hello') && method === 'HEAD') return json(response, 200, {});
  if (isConnector(path) && reads) return json(response, 200, connectorAt(path, headers.host));
  if (isConnector(path)) throw wrongMethod(path, method, ['GET', 'HEAD']);
  // Without sessions there is no stream to listen to, and nothing to end.
  if (path === MCP_PATH) throw wrongMethod(path, method, ['POST']);
  const answer = answerAt(path);
  if (answer !== null) {
    if (!reads) throw wrongMethod(path, method, ['GET', 'HEAD']);
    return serveAnswer(lane.waiting, response, identifyReader(lane, request, headers), answer);
  }
  const listed = isAwsList(path);
  if (listed && reads) return json(response, 200, awsList(path, identifyAws(lane, request, headers), lane.compiled));
  const models = MODEL_LISTS.exec(path);
  if (models !== null && reads) return serveModels(lane, request, response, headers, path, models[1]);
  if (models !== null || listed) throw wrongMethod(path, method, ['GET', 'HEAD']);
  if (Object.hasOwn(MODEL_CALLS, path) || wrappedAt(path) !== null) throw wrongMethod(path, method, ['POST']);
  if (/^(?:\/openai)?\/v1\/responses\//.test(path)) throw keptAtTheSeller(path);
  // Receipts are read from the journal, which the composition root holds.
  const ours = (path.startsWith('/v1/') && !path.startsWith('/v1/receipts/')) || OURS.test(path);
  if (!ours && lane.fallbackHandler !== null)
    return lane.fallbackHandler(request, response, () => identifyReader(lane, request, headers));
  throw new AppError('NOT_FOUND', `there is nothing at ${path.slice(0, 200)}`);
}

/** Answers that are kept, fetched, cancelled or shortened later: this gateway keeps none. */
const keptAtTheSeller = (path: string): AppError =>
  new AppError(
    'NOT_IMPLEMENTED',
    `${path.slice(0, 200)} speaks of a response that is kept, and this gateway keeps none`,
    {
      next: 'send the whole input with `store: false` to POST /v1/responses, or ask the seller that keeps the response',
    },
  );
const wrongMethod = (path: string, method: string | undefined, allow: readonly string[]): AppError =>
  new AppError('METHOD_NOT_ALLOWED', `${path.slice(0, 200)} takes ${allow[0] ?? ''}, not ${method ?? ''}`, {
    details: { allow },
  });

function serveModels(
  lane: LaneContext,
  request: IncomingMessage,
  response: LaneResponse,
  headers: ClientHeaders,
  path: string,
  encoded: string | undefined,
): void {
  const key = identifyReader(lane, request, headers);
  const names = lane.compiled.models(key);
  const dialect = dialectOf(path, headers);
  if (encoded === undefined) return json(response, 200, modelList(dialect, names));
  const name = decoded(encoded);
  const route = lane.compiled.routeFor(name);
  if (route === undefined || lane.compiled.plan(key, route).routeDenial !== null) {
    throw unknownModel(name, names);
  }
  return json(response, 200, modelOne(dialect, name));
}

/** As `identifyReader`, and by a signature. */
function identifyAws(lane: LaneContext, request: IncomingMessage, headers: ClientHeaders): KeyRecord {
  if (!isSigned(headers.key)) return identifyReader(lane, request, headers);
  return counted(lane, request, headers, () => identifySignedReader(lane, request, headers.key));
}

/** Whose key came with a request that is no model call: identified and counted as with one. */
function identifyReader(lane: LaneContext, request: IncomingMessage, headers: ClientHeaders): KeyRecord {
  return counted(lane, request, headers, () => identifyKey(lane, headers));
}

function counted(
  lane: LaneContext,
  request: IncomingMessage,
  { key }: ClientHeaders,
  identified: () => KeyRecord,
): KeyRecord {
  try {
    return identified();
  } catch (error) {
    noteStranger(lane, request, key, toAppError(error));
    throw error;
  }
}

function readiness(lane: LaneContext, response: LaneResponse): void {
  const sealing = lane.sealer.available;
  const ready = (sealing || lane.compiled.failsOpen) && !lane.draining;
  json(response, ready ? 200 : 503, {
    status: ready ? 'ready' : 'not ready',
    journal: sealing,
    sealed: sealing ? 'yes' : lane.compiled.failsOpen ? 'afterwards' : 'no',
    draining: lane.draining,
  });
}

/** A browser's question before a call; its origin has passed the list already. */
function preflight(response: LaneResponse, headers: ClientHeaders): void {
  response.writeHead(204, [
    'access-control-allow-origin',
    headers.origin,
    'access-control-allow-methods',
    'GET, POST',
    'access-control-allow-headers',
    'authorization, content-type, x-api-key, api-key, anthropic-version, anthropic-beta, prefer, weighbridge-deadline, weighbridge-fidelity, weighbridge-session, weighbridge-tags, traceparent, tracestate',
    'access-control-max-age',
    '600',
    'vary',
    'origin',
  ]);
  response.end();
}

function json(response: LaneResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, ['content-type', 'application/json', 'content-length', String(body.length)]);
  response.end(body);
}

/** An error before a call began. What is left of its body is dropped; after a large one the connection ends. */
function refuse(
  lane: LaneContext,
  request: CallRequest,
  response: CallResponse,
  headers: ClientHeaders,
  form: ErrorForm,
  error: AppError,
): void {
  const failure = renderFailure(form, error, lane.newId());
  const framing = error.row.status === 400 || error.row.status === 421;
  const large = headers.transferEncoding !== '' || Number(headers.contentLength) > BOUNDS.discard_bytes;
  const closes = framing || (large && !request.complete) || lane.draining;
  if (closes) failure.headers.push('connection', 'close');
  const { allow } = error.details;
  if (Array.isArray(allow)) failure.headers.push('allow', allow.join(', '));
  response.writeHead(failure.status, failure.headers);
  if (!request.complete && hasBody(headers)) endOverRest(lane, request, response, failure.body, closes);
  else response.end(failure.body);
}
