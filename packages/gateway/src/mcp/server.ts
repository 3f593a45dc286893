// The gateway as a server of the Model Context Protocol over Streamable HTTP: one message a POST, answered as JSON, no
// session, no stream of the server's own. Whose key it is comes before anything is read; a question is a call like any other.
// https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#streamable-http
import { AppError, toAppError } from '@weighbridge/kernel';
import type { KeyRecord } from '../deployment.ts';
import { Call } from '../pipeline/call.ts';
import type { ClientHeaders } from '../pipeline/client-headers.ts';
import { ClientReply } from '../pipeline/client-reply.ts';
import { excessOfShape } from '../pipeline/json-shape.ts';
import type { LaneContext } from '../pipeline/lane-context.ts';
import type { LaneRequest } from '../pipeline/lane-request.ts';
import type { LaneResponse } from '../pipeline/lane-response.ts';
import type { Send } from '../pipeline/stage.ts';
import { attend, leave } from '../stages/attend.ts';
import { identifyKey } from '../stages/identify.ts';
import { readBody } from '../stages/read-body.ts';
import { AskReply, askEnvelope, questionOf } from './ask.ts';
import {
  agreedVersion,
  errorOf,
  INVALID_PARAMS,
  isFields,
  METHOD_NOT_FOUND,
  PROTOCOL_VERSIONS,
  readMessage,
  resultOf,
  WITHOUT_HANDSHAKE,
  type Fields,
  type Message,
} from './json-rpc.ts';
import { ASK, LIST_MODELS, toolFailure, toolResult, TOOLS } from './tools.ts';

export const MCP_PATH = '/mcp';

/** Throws what a request before its body is refused for. */
export function serveMcp(
  lane: LaneContext,
  request: LaneRequest,
  response: LaneResponse,
  headers: ClientHeaders,
  send: Send,
): void {
  const key = identified(lane, headers);
  const version = request.headers['mcp-protocol-version'];
  if (typeof version === 'string' && !PROTOCOL_VERSIONS.includes(version))
    throw new AppError('BAD_REQUEST', `the version "${version.slice(0, 40)}" of the protocol is not spoken here`, {
      next: `use one of ${PROTOCOL_VERSIONS.join(', ')}`,
    });
  if (lane.draining) throw new AppError('DRAINING', 'this instance is shutting down and takes no new calls');
  const call = new Call(lane, request, response, headers, 'openai-chat', 'generate', askEnvelope());
  attend(call);
  readBody(call, (error, body) => {
    leave(call);
    if (error !== null) return new ClientReply(call).fail(error);
    const excess = excessOfShape(body);
    if (excess !== null) return new ClientReply(call).fail(new AppError('BAD_REQUEST', `the body ${excess}`));
    try {
      return answer(call, key, readMessage(body.toString('utf8')), version === WITHOUT_HANDSHAKE, send);
    } catch (failure) {
      return new ClientReply(call).fail(toAppError(failure));
    }
  });
}

/** Counted as with any call. */
function identified(lane: LaneContext, headers: ClientHeaders): KeyRecord {
  try {
    return identifyKey(lane, headers);
  } catch (error) {
    lane.counters.unauthenticated += 1;
    throw error;
  }
}

/** `modern`: the caller speaks the version that has no handshake. */
function answer(call: Call, key: KeyRecord, message: Message, modern: boolean, send: Send): void {
  if (message.kind === 'silent') return respond(call, 202, null);
  if (message.kind === 'wrong') return respond(call, 400, errorOf(message.id, message.code, message.message));
  const { id, method, params } = message;
  const result = (value: object): void =>
    respond(call, 200, resultOf(id, modern ? { resultType: 'complete', ...value } : value));
  switch (method) {
    case 'initialize':
      return result(welcome(call, params));
    case 'server/discover':
      return result(discovered(call));
    case 'ping':
      return result({});
    case 'tools/list':
      return result({ tools: TOOLS, ...(modern ? KEPT : {}) });
    case 'tools/call':
      if (params['name'] === LIST_MODELS.name) return result(listed(call, key));
      if (params['name'] === ASK.name) return ask(call, key, params['arguments'], send, result);
      return respond(call, 200, errorOf(id, INVALID_PARAMS, `there is no tool "${shown(params['name'])}"`));
    default:
      return respond(call, 200, errorOf(id, METHOD_NOT_FOUND, `there is no method "${shown(method)}"`));
  }
}

const shown = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 80) : '');

/** How long a client may keep what it was told, and for whom. */
const KEPT = { ttlMs: 60_000, cacheScope: 'private' } as const;
const SERVER_INFO = { name: 'weighbridge', title: 'Weighbridge', version: '1' };
const CAPABILITIES = { tools: { listChanged: false } };

const instructionsOf = ({ compiled }: Call): string =>
  `Models of this organisation, by the routes that the key may use. Every question is metered and leaves a receipt.${compiled.snapshot.log === 'live' ? '' : ' All of it is simulated.'}`;

const welcome = (call: Call, params: Fields): object => ({
  protocolVersion: agreedVersion(params['protocolVersion']),
  capabilities: CAPABILITIES,
  serverInfo: SERVER_INFO,
  instructions: instructionsOf(call),
});

const discovered = (call: Call): object => ({
  ...KEPT,
  supportedVersions: PROTOCOL_VERSIONS,
  capabilities: CAPABILITIES,
  instructions: instructionsOf(call),
  _meta: { 'io.modelcontextprotocol/serverInfo': SERVER_INFO },
});

function listed({ compiled }: Call, key: KeyRecord): object {
  const models = compiled.models(key);
  return toolResult(models.join('\n'), null, { models });
}

function ask(call: Call, key: KeyRecord, args: unknown, send: Send, result: (value: object) => void): void {
  const question = questionOf(isFields(args) ? args : {}, call.compiled.models(key));
  if (typeof question === 'string') return result(toolFailure(question));
  call.early = question;
  return send(call, new AskReply(call, result));
}

/** One JSON body, or none. */
function respond({ response, headers, gone }: Call, status: number, value: object | null): void {
  if (gone) return;
  const body = Buffer.from(value === null ? '' : JSON.stringify(value));
  const head = ['content-length', String(body.length), 'cache-control', 'no-store'];
  if (value !== null) head.push('content-type', 'application/json');
  if (headers.origin !== '') head.push('access-control-allow-origin', headers.origin, 'vary', 'origin');
  response.writeHead(status, head);
  response.end(body);
}
