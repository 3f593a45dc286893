// What is compared, each as its own process behind one interface: the upstream itself (no hop), the bare hop, HAProxy,
// and Portkey. Those in Python are in `peers-python.ts`, the gateway itself is in `ours.ts`. All get byte-identical requests,
// but for headers and where one wants the seller's name before the model's.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathOf, type Dialect } from './bodies.ts';
import { freePort, start, untilOpen, type Cores, type Started } from './process.ts';

export type SubjectName =
  | 'direct'
  | 'bare-hop'
  | 'haproxy'
  | 'portkey'
  | 'litellm'
  | 'any-llm'
  | 'weighbridge'
  | 'weighbridge-full';

export interface Subject {
  readonly name: SubjectName;
  readonly port: number;
  readonly pid: number;
  /** Beginning of the name of its threads that serve requests; null: its main thread. */
  readonly serving: string | null;
  path(dialect: Dialect): string;
  headers(dialect: Dialect): Readonly<Record<string, string>>;
  /** How a caller of it names this model. */
  model(name: string): string;
  /** What was started and how, for the report. */
  readonly method: string;
  stop(): Promise<void>;
}

const here = (file: string): string => new URL(file, import.meta.url).pathname;
const READY_MS = 30_000;

export const asItIs = (name: string): string => name;

const listening = async (started: Started): Promise<number> =>
  Number((await started.until(/listening (\d+)/, READY_MS))[1]);

const bearer = { authorization: 'Bearer sk-bench' };

export const startUpstream = async (cores: Cores): Promise<Subject> => {
  const started = start({ command: process.execPath, args: [here('upstream.ts')], cores });
  const port = await listening(started);
  return {
    name: 'direct',
    port,
    pid: started.pid,
    serving: null,
    path: pathOf,
    model: asItIs,
    headers: () => bearer,
    method: 'load generator straight to the upstream, no hop',
    stop: () => started.stop(),
  };
};

export const startBareHop = async (upstream: number, cores: Cores): Promise<Subject> => {
  const args = [here('bare-hop.ts'), `http://127.0.0.1:${upstream}`];
  const started = start({ command: process.execPath, args, cores });
  const port = await listening(started);
  return {
    name: 'bare-hop',
    port,
    pid: started.pid,
    serving: null,
    path: pathOf,
    model: asItIs,
    headers: () => bearer,
    method: 'bench/bare-hop.ts: node:http and undici dispatch, parses both JSON bodies, nothing else',
    stop: () => started.stop(),
  };
};

const haproxyConfig = (port: number, upstream: number): string => `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  option http-no-delay
  http-reuse always
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout http-keep-alive 60s
frontend in
  bind 127.0.0.1:${port}
  default_backend out
backend out
  server upstream 127.0.0.1:${upstream}
`;

export const startHaproxy = async (upstream: number, cores: Cores, folder: string): Promise<Subject> => {
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, haproxyConfig(port, upstream));
  const started = start({ command: 'haproxy', args: ['-db', '-f', file], cores });
  await untilOpen(port, started, READY_MS);
  return {
    name: 'haproxy',
    port,
    pid: started.pid,
    serving: null,
    path: pathOf,
    model: asItIs,
    headers: () => bearer,
    method: 'HAProxy in HTTP mode, nbthread 1, http-reuse always, http-no-delay',
    stop: () => started.stop(),
  };
};

export const startPortkey = async (upstream: number, cores: Cores): Promise<Subject> => {
  const port = await freePort();
  const server = here('node_modules/@portkey-ai/gateway/build/start-server.js');
  const env = { ...process.env, NODE_ENV: 'production' };
  const started = start({ command: process.execPath, args: [server, `--port=${port}`, '--headless'], cores, env });
  await untilOpen(port, started, READY_MS);
  const provider = { 'openai-chat': 'openai', 'anthropic-messages': 'anthropic' } as const;
  return {
    name: 'portkey',
    port,
    pid: started.pid,
    serving: null,
    path: pathOf,
    model: asItIs,
    headers: (dialect) => ({
      ...bearer,
      'x-portkey-provider': provider[dialect],
      'x-portkey-custom-host': `http://127.0.0.1:${upstream}/v1`,
    }),
    method: 'Portkey 1.15.2, @hono/node-server 1.13.5, hono 4.9.7, --headless, NODE_ENV=production',
    stop: () => started.stop(),
  };
};
