// What is compared, each as its own process behind one interface: the upstream itself (no hop), the bare hop, HAProxy,
// Portkey and LiteLLM. The gateway itself is in `ours.ts`. All get byte-identical requests; only headers differ.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathOf, type Dialect } from './bodies.ts';
import { freePort, start, untilOpen, type Cores, type Started } from './process.ts';

export type SubjectName = 'direct' | 'bare-hop' | 'haproxy' | 'portkey' | 'litellm' | 'weighbridge';

export interface Subject {
  readonly name: SubjectName;
  readonly port: number;
  readonly pid: number;
  /** Beginning of the name of its threads that serve requests; null: its main thread. */
  readonly serving: string | null;
  path(dialect: Dialect): string;
  headers(dialect: Dialect): Readonly<Record<string, string>>;
  /** What was started and how, for the report. */
  readonly method: string;
  stop(): Promise<void>;
}

const here = (file: string): string => new URL(file, import.meta.url).pathname;
const READY_MS = 30_000;

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
    headers: (dialect) => ({
      ...bearer,
      'x-portkey-provider': provider[dialect],
      'x-portkey-custom-host': `http://127.0.0.1:${upstream}/v1`,
    }),
    method: 'Portkey 1.15.2, @hono/node-server 1.13.5, hono 4.9.7, --headless, NODE_ENV=production',
    stop: () => started.stop(),
  };
};

/** Where `pip install -r bench/litellm/requirements.txt` into `bench/litellm/.venv` puts it. */
export const LITELLM = here('litellm/.venv/bin/litellm');
/** It imports some hundreds of modules first. */
const LITELLM_READY_MS = 120_000;
const LITELLM_KEY = `sk-${'5c'.repeat(32)}`;

export const startLitellm = async (
  upstream: number,
  { folder, models }: { readonly folder: string; readonly models: readonly string[] },
): Promise<Subject> => {
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'litellm.yaml');
  const model = (name: string) => ({
    model_name: name,
    litellm_params: { model: `openai/${name}`, api_base: `http://127.0.0.1:${upstream}/v1`, api_key: 'sk-bench' },
  });
  writeFileSync(file, JSON.stringify({ model_list: models.map(model), litellm_settings: { telemetry: false } }));
  const env = {
    ...process.env,
    LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    LITELLM_LOG: 'ERROR',
    LITELLM_MODE: 'PRODUCTION',
    LITELLM_MASTER_KEY: LITELLM_KEY,
  };
  const args = ['--config', file, '--host', '127.0.0.1', '--port', String(port), '--num_workers', '1'];
  const started = start({ command: LITELLM, args, cores: null, env });
  await untilOpen(port, started, LITELLM_READY_MS);
  return {
    name: 'litellm',
    port,
    pid: started.pid,
    serving: null,
    path: pathOf,
    headers: () => ({ authorization: `Bearer ${LITELLM_KEY}` }),
    method: 'LiteLLM proxy 1.108.7, one worker, no database, its bundled price map, production mode, log level ERROR',
    stop: () => started.stop(),
  };
};
