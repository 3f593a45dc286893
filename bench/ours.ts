// Weighbridge itself as a subject, with what every call crosses on: keys, routes, a hard budget (so every call reserves and
// settles), rating against the real price book, intents, receipts, recorder, checkpoints. It writes the live
// log of a folder of its own, because that is the path that counts the money. `everything` adds what `everything.ts` says.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelName, pathOf, type Dialect, type Order } from './bodies.ts';
import { EVERYTHING, watched, withReserved } from './everything.ts';
import { asItIs, type Subject } from './peers.ts';
import { freePort, start, type Cores } from './process.ts';

const READY_MS = 60_000;
const SCRAPE_MS = 5_000;

export interface OursOptions {
  readonly upstream: number;
  readonly cores: Cores;
  readonly folder: string;
  readonly dialect: Dialect;
  /** Every order a cell will give: each is a deployment and a route. */
  readonly orders: readonly Order[];
  readonly durability: 'process' | 'disk';
  readonly lanes: number;
  /** Limits, reserved capacity, strategy, metrics and a log of calls as well. */
  readonly everything?: boolean;
  /** Folder for a CPU profile of the lane, written when it stops. */
  readonly profile?: string;
}

/** A priced model of each dialect, so that rating does its whole work. */
const SHAPE = {
  'openai-chat': { cloud: 'openai', path: '/v1', priced_as: 'gpt-4o-mini', region: 'global' },
  'anthropic-messages': { cloud: 'anthropic', path: '', priced_as: 'claude-haiku-4-5', region: 'global' },
} as const;

interface Place {
  readonly folder: string;
  readonly secret: string;
  readonly controlPort: number;
}

const configuration = (options: OursOptions, { folder, secret, controlPort }: Place): unknown => {
  const { cloud, path, priced_as, region } = SHAPE[options.dialect];
  const names = [...new Set(options.orders.map(modelName))];
  const deployment = (model: string) => ({
    cloud,
    model,
    priced_as,
    region,
    endpoint: `http://127.0.0.1:${options.upstream}${path}`,
    credential: 'upstream',
    max_output_tokens: 4096,
  });
  const plain = {
    deployments: Object.fromEntries(names.map((name) => [name, deployment(name)])),
    routes: Object.fromEntries(names.map((name) => [name, { candidates: [{ deployment: name }] }])),
  };
  return {
    version: 1,
    organisation: 'bench',
    log: 'live',
    listen: { port: 0 },
    journal: { durability: options.durability },
    // They follow the journal in a thread of low priority; what is measured here is the way of a call.
    projections: 'off',
    budget: { daily: '100000000.00' },
    credentials: { upstream: { kind: 'api_key', secret: { file: secret } } },
    ...(options.everything === true ? { ...withReserved(plain), ...watched(folder, controlPort) } : plain),
    keys: { bench: { team: 'bench', project: 'bench', policy: { routes: ['*'], clouds: [cloud], regions: ['*'] } } },
  };
};

export const startOurs = async (options: OursOptions): Promise<Subject> => {
  const name = options.everything === true ? 'weighbridge-full' : 'weighbridge';
  const folder = join(options.folder, `${name}-${options.lanes}`);
  mkdirSync(folder, { recursive: true });
  const secret = join(folder, 'upstream-key');
  writeFileSync(secret, 'sk-bench', { mode: 0o600 });
  const file = join(folder, 'weighbridge.yaml');
  const controlPort = await freePort();
  writeFileSync(file, JSON.stringify(configuration(options, { folder, secret, controlPort }), null, 1));
  const profiling = options.profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', options.profile];
  const script = new URL('weighbridge.ts', import.meta.url).pathname;
  const args = [...profiling, script, file, join(folder, 'home'), String(options.lanes)];
  const started = start({ command: process.execPath, args, cores: options.cores });
  const [, port = '', key = ''] = await started.until(/listening (\d+) key (\S+)/, READY_MS);
  const scrape = options.everything === true ? scraping(`http://127.0.0.1:${controlPort}/metrics`) : undefined;
  return {
    name,
    port: Number(port),
    pid: started.pid,
    serving: 'lane',
    path: pathOf,
    model: asItIs,
    headers: () => ({ authorization: `Bearer ${key}` }),
    method: `${options.lanes === 1 ? 'one lane' : `${options.lanes} lanes`}; key, policy, route, hard budget, rating, intent and receipt on for every call; durability ${options.durability}; projections off${options.everything === true ? `; and ${EVERYTHING}` : ''}`,
    stop: () => {
      clearInterval(scrape);
      return started.stop();
    },
  };
};

/** As Prometheus would, from outside. One that is refused, as where a lane is too busy to tell, is said. */
const scraping = (url: string): NodeJS.Timeout =>
  setInterval(() => {
    const page = fetch(url).then(async (answer) => [answer.status, await answer.text()] as const);
    void page.then(([status, text]) => {
      if (status === 200) assert.ok(text.includes('weighbridge_calls_total'), text);
      else process.stderr.write(`no metrics this time (${status}): ${text.slice(0, 200)}\n`);
    });
  }, SCRAPE_MS).unref();
