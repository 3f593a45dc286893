// A browser's side of the control API, by hand: real requests with every header a test wants to choose.
import assert from 'node:assert/strict';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import {
  controlClient,
  requestFor,
  type ControlClient,
  type ControlInput,
  type ControlName,
} from '@weighbridge/protocol';
import type { RunningServer } from '@weighbridge/server';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}

/** One request on a connection of its own; headers of which the value is undefined are left out. */
export function send(origin: string, path: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Reply> {
  const { hostname, port } = new URL(origin);
  const given = Object.entries(headers).filter(([, value]) => value !== undefined) as [string, string][];
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const call = httpRequest(
      { host, port, path, method, headers: { ...length, ...Object.fromEntries(given) }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

export const codeOf = (reply: Reply): string =>
  (JSON.parse(reply.text) as { error?: { code?: string } }).error?.code ?? `status ${reply.status}`;

/** The secret of a link. */
export const secretOf = (link: string): string => new URL(link).hash.replace('#link=', '');

export const postLink = (origin: string, link: string, headers: Sent['headers'] = {}): Promise<Reply> =>
  send(origin, '/control/v1/session', {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ link }),
  });

export interface Browser {
  readonly origin: string;
  /** `name=value`, as the browser would send it. */
  readonly cookie: string;
  readonly token: string;
  readonly session: string;
  /** Both halves and the origin, unless a header says otherwise. */
  send(path: string, sent?: Sent): Promise<Reply>;
  /** The answer as text, whatever it is. */
  ask<Name extends ControlName>(name: Name, input: ControlInput<Name>): Promise<Reply>;
  readonly client: ControlClient;
}

export async function openBrowser(server: RunningServer): Promise<Browser> {
  const origin = server.consoleOrigin ?? assert.fail('the server has a console');
  const opened = await postLink(origin, secretOf(server.consoleLink() ?? assert.fail('there is a link')));
  assert.equal(opened.status, 200, opened.text);
  const cookie = (opened.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
  const { token, session } = JSON.parse(opened.text) as { token: string; session: { id: string } };
  const withHalves = (path: string, sent: Sent = {}): Promise<Reply> => {
    const json = sent.body === undefined ? {} : { 'content-type': 'application/json' };
    const own = { origin, cookie, 'weighbridge-token': token, ...json };
    return send(origin, path, { ...sent, headers: { ...own, ...sent.headers } });
  };
  const request = (sent: { method: string; path: string; body?: string }): Promise<Reply> =>
    withHalves(sent.path, { method: sent.method, ...(sent.body === undefined ? {} : { body: sent.body }) });
  return {
    origin,
    cookie,
    token,
    session: session.id,
    send: withHalves,
    ask: (name, input) => request(requestFor(name, input)),
    client: controlClient(request),
  };
}

/** Raw bytes on a connection of their own; what came back until it was closed. `half`: our end stays open. */
export function raw(port: number, bytes: string, half = false): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      if (half) socket.write(bytes);
      else socket.end(bytes);
    });
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.on('error', () => resolve(text));
    socket.on('close', () => resolve(text));
  });
}
