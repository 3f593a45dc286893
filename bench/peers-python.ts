// Peers that are written in Python, each in a virtual environment of its own: they join a run where they are installed
// (bench/README.md says how) and are left out with a message where they are not.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathOf } from './bodies.ts';
import { asItIs, type Subject } from './peers.ts';
import { freePort, start, untilOpen } from './process.ts';

const here = (file: string): string => new URL(file, import.meta.url).pathname;

interface PeerOptions {
  readonly folder: string;
  readonly models: readonly string[];
}

/** Where `pip install -r bench/litellm/requirements.txt` into `bench/litellm/.venv` puts it. */
export const LITELLM = here('litellm/.venv/bin/litellm');
/** It imports some hundreds of modules first. */
const READY_MS = 120_000;
const LITELLM_KEY = `sk-${'5c'.repeat(32)}`;

export const startLitellm = async (upstream: number, { folder, models }: PeerOptions): Promise<Subject> => {
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
  await untilOpen(port, started, READY_MS);
  return {
    name: 'litellm',
    port,
    pid: started.pid,
    serving: null,
    path: pathOf,
    model: asItIs,
    headers: () => ({ authorization: `Bearer ${LITELLM_KEY}` }),
    method: 'LiteLLM proxy 1.108.7, one worker, no database, its bundled price map, production mode, log level ERROR',
    stop: () => started.stop(),
  };
};

/** Where `pip install -r bench/any-llm/requirements.txt` into `bench/any-llm/.venv` puts it. */
export const ANY_LLM = here('any-llm/.venv/bin/any-llm-gateway');
const MASTER_KEY = `master-${'5c'.repeat(16)}`;
/** Of a key that the gateway made: it wants a user of its own behind each call. */
const keyOf = async (port: number): Promise<string> => {
  const headers = { 'x-anyllm-key': `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ key_name: 'bench' });
  const answer = await fetch(`http://127.0.0.1:${port}/v1/keys`, { method: 'POST', headers, body });
  const text = await answer.text();
  assert.ok(answer.ok, `any-llm made no key: ${text}`);
  return (JSON.parse(text) as { readonly key: string }).key;
};

export const startAnyLlm = async (upstream: number, { folder, models }: PeerOptions): Promise<Subject> => {
  const port = await freePort();
  const place = join(folder, 'any-llm');
  mkdirSync(place, { recursive: true });
  const file = join(place, 'gateway.yaml');
  const price = { input_price_per_million: 0.15, output_price_per_million: 0.6 };
  const configuration = {
    database_url: `sqlite:///${join(place, 'gateway.db')}`,
    host: '127.0.0.1',
    port,
    master_key: MASTER_KEY,
    providers: { openai: { api_key: 'sk-bench', api_base: `http://127.0.0.1:${upstream}/v1` } },
    pricing: Object.fromEntries(models.map((name) => [`openai:${name}`, price])),
  };
  writeFileSync(file, JSON.stringify(configuration));
  const args = ['serve', '--config', file, '--workers', '1', '--log-level', '40'];
  const started = start({ command: ANY_LLM, args, cores: null, cwd: place });
  await untilOpen(port, started, READY_MS);
  const key = await keyOf(port);
  return {
    name: 'any-llm',
    port,
    pid: started.pid,
    serving: null,
    path: pathOf,
    model: (name) => `openai:${name}`,
    headers: () => ({ 'x-anyllm-key': `Bearer ${key}` }),
    method: 'any-llm gateway 1.10.0 (of any-llm-sdk), one worker, SQLite, prices of both models, log level ERROR',
    stop: () => started.stop(),
  };
};
