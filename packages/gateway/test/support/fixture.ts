// What the tests of the data plane share: a journal that keeps entries in memory, a price list of two prices, keys that
// are their own digest, a scripted upstream on a real socket, and a lane in front of it.
import { createHash, createHmac, type Hash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, moneyToDecimal, systemClock, type Money } from '@weighbridge/kernel';
import {
  entryProblems,
  GROUPS,
  type CallCommercial,
  type CallPersonal,
  type CallPublic,
  type EntryDraft,
  type Usage,
} from '@weighbridge/protocol';
import {
  createLane,
  mintKey,
  type Deployment,
  type KeyRecord,
  type Lane,
  type LaneOptions,
  type Rated,
  type Rater,
  type Route,
  type Sealer,
  type Snapshot,
} from '../../src/index.ts';

export const PEPPER = 'pepper-of-the-tests';
export const keyDigest = (presented: string): string =>
  createHmac('sha256', PEPPER).update(presented).digest('base64url');

/** A generator of bytes under a seed (xorshift), so that a failing run can be repeated. */
export function seeded(seed: number): (bytes: Uint8Array<ArrayBuffer>) => void {
  let state = seed | 1;
  return (bytes) => {
    for (let i = 0; i < bytes.length; i += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      bytes[i] = state & 255;
    }
  };
}

// --- journal

/** Whatever a test makes the gateway write has to keep the contract; a breach fails the test, not the call. */
function assertFits(draft: EntryDraft): void {
  const given = GROUPS.filter((name) => draft[name] !== undefined);
  const groups = Object.fromEntries(given.map((name) => [name, JSON.parse(draft[name] ?? 'null')]));
  const problems = entryProblems(draft.kind, groups);
  if (problems.length > 0) {
    queueMicrotask(() => {
      throw new AppError('INTERNAL', `a ${draft.kind} entry breaks its contract: ${problems.join('; ')}`);
    });
  }
}

export class MemorySealer implements Sealer {
  available = true;
  readonly entries: EntryDraft[] = [];
  /** Set to make appends of a kind fail. */
  failing: string | null = null;
  /** Set to hold appends of a kind back until `release`. */
  holding: string | null = null;
  #held: (() => void)[] = [];

  append(draft: EntryDraft): Promise<void> {
    if (this.failing === draft.kind) return Promise.reject(new AppError('JOURNAL_UNAVAILABLE', 'the disk is full'));
    assertFits(draft);
    this.entries.push(draft);
    if (this.holding === draft.kind) return new Promise((resolve) => this.#held.push(resolve));
    return new Promise((resolve) => setImmediate(resolve));
  }

  release(): void {
    this.holding = null;
    for (const resolve of this.#held.splice(0)) resolve();
  }

  bodies(subject: string, id: string): ReturnType<Sealer['bodies']> {
    const start = (label: string): Hash => createHash('sha256').update(`${subject}/${id}/${label}/`);
    return {
      digest: (label, body) => start(label).update(body).digest('base64url'),
      hasher: (label) => {
        const hash = start(label);
        return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64url') };
      },
    };
  }

  kinds(): string[] {
    return this.entries.map((entry) => entry.kind);
  }

  receipts(): Receipt[] {
    return this.entries.filter((entry) => entry.kind === 'call').map(readReceipt);
  }

  /** The entry of the only call. */
  receipt(): Receipt {
    const all = this.receipts();
    if (all.length !== 1 || all[0] === undefined) throw new Error(`expected one receipt, there are ${all.length}`);
    return all[0];
  }
}

export interface Receipt extends CallPublic, CallCommercial, CallPersonal {
  readonly id: string;
}

export function readReceipt(entry: EntryDraft): Receipt {
  const parse = (text: string | undefined): object => JSON.parse(text ?? '{}') as object;
  return { id: entry.id, ...parse(entry.public), ...parse(entry.commercial), ...parse(entry.personal) } as Receipt;
}

/** The digest that `MemorySealer` gives for a body. */
export const digestFor = (subject: string, id: string, label: string, body: string | Buffer): string =>
  createHash('sha256').update(`${subject}/${id}/${label}/`).update(body).digest('base64url');

// --- prices: an input token costs 1 micro-dollar, an output token 2

const INPUT: Money = 1_000_000n;
const OUTPUT: Money = 2_000_000n;

export const rater: Rater = {
  rate(deployment, usage): Rated {
    if (deployment.model.includes('unpriced')) {
      return {
        charges: [],
        cost: { list: null, contracted: null, billed: null, currency: 'USD', status: 'unpriced' },
        billed: null,
      };
    }
    const price = { book: 'test', row: '1' };
    const one = (token_class: 'input' | 'output', quantity: number, unit: Money): Rated['charges'][number] => {
      const unit_price = moneyToDecimal(unit);
      const amount = moneyToDecimal(unit * BigInt(quantity));
      return { token_class, quantity, unit_price, list: amount, contracted: amount, currency: 'USD', price };
    };
    const input = usage.tokens.input ?? 0;
    const output = usage.tokens.output ?? 0;
    const billed = INPUT * BigInt(input) + OUTPUT * BigInt(output);
    const text = moneyToDecimal(billed);
    const status = usage.source === 'reported' ? 'exact' : 'estimated';
    return {
      charges: [one('input', input, INPUT), one('output', output, OUTPUT)],
      cost: { list: text, contracted: text, billed: text, currency: 'USD', status },
      billed,
    };
  },
  expect: (deployment, usage, at) => rater.rate(deployment, usage, at).billed,
  bound: (deployment, most) =>
    deployment.model.includes('unpriced')
      ? null
      : INPUT * BigInt(most.inputTokens) + OUTPUT * BigInt(most.outputTokens),
};

// --- configuration

export function deployment(id: string, port: number, over: Partial<Deployment> = {}): Deployment {
  return {
    id,
    cloud: 'anthropic',
    model: 'claude-sonnet-4-5-20250929',
    endpoint: `http://127.0.0.1:${port}`,
    credential: 'cred',
    region: 'us-east-1',
    region_grade: 0,
    region_scope: 'global',
    tier: 'standard',
    simulated: true,
    roles: {
      developer: 'anthropic',
      seller: 'anthropic',
      biller: 'anthropic',
      operator: 'anthropic',
      host: 'anthropic',
      processor: 'anthropic',
      sla_provider: 'anthropic',
    },
    ...over,
  };
}

export function route(id: string, deployments: readonly string[], over: Partial<Route> = {}): Route {
  return {
    id,
    aliases: [],
    strategy: 'priority',
    candidates: deployments.map((name) => ({ deployment: name, weight: 1 })),
    attempts: 3,
    timers: { connect_ms: 2_000, first_token_ms: 2_000, between_tokens_ms: 2_000, total_ms: 10_000 },
    fidelity: 'default',
    ...over,
  };
}

export interface TestKey {
  readonly key: string;
  readonly record: KeyRecord;
}

export function testKey(over: Partial<KeyRecord> = {}, seed = 7): TestKey {
  const { id, key } = mintKey(seeded(seed));
  const record: KeyRecord = {
    id,
    name: `key-${seed}`,
    hmac: keyDigest(key),
    revoked: false,
    who: { organisation: 'acme', team: 'search', key: id, principal: 'ada' },
    policy: { routes: ['*'], clouds: ['*'], regions: ['*'] },
    ...over,
  };
  return { key, record };
}

export function snapshot(over: Partial<Snapshot> = {}): Snapshot {
  return {
    digest: 'config-digest',
    organisation: 'acme',
    log: 'lab',
    node: 'node-1',
    hosts: [],
    origins: [],
    requestBytes: 1024 * 1024,
    deployments: [],
    routes: [],
    keys: [],
    ...over,
  };
}

// --- an upstream that does what each test says

export type Script = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export interface Upstream {
  readonly port: number;
  readonly requests: {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingMessage['headers'];
    readonly body: string;
  }[];
  /** Calls arrive here, in order; the last script serves all further ones. */
  script(...scripts: Script[]): void;
  close(): Promise<void>;
}

export async function startUpstream(...first: Script[]): Promise<Upstream> {
  let scripts = first;
  let served = 0;
  const requests: Upstream['requests'] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      const script = scripts[Math.min(served, scripts.length - 1)];
      served += 1;
      script?.(request, response, body);
    });
  });
  const port = await listen(server);
  return {
    port,
    requests,
    script(...next) {
      scripts = next;
      served = 0;
    },
    close: () => close(server),
  };
}

export const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

export const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

// --- a lane

export interface TestLane {
  readonly lane: Lane;
  readonly sealer: MemorySealer;
  readonly port: number;
  readonly url: string;
  readonly key: TestKey;
  close(): Promise<void>;
}

export async function startLane(over: Partial<Snapshot>, options: Partial<LaneOptions> = {}): Promise<TestLane> {
  const key = testKey();
  const sealer = (options.sealer as MemorySealer | undefined) ?? new MemorySealer();
  const lane = createLane({
    snapshot: snapshot({ keys: [key.record], ...over }),
    sealer,
    rater,
    credentials: { current: () => ({ kind: 'api_key', key: 'vendor-secret' }) },
    keyDigest,
    clock: systemClock,
    random: seeded(11),
    ...options,
  });
  const { port } = await lane.listen({ host: '127.0.0.1', port: 0 });
  return { lane, sealer, port, url: `http://127.0.0.1:${port}`, key, close: () => lane.drain(0) };
}

/** Waits for a condition by turns of the event loop; fails after `ms`. */
export async function until(condition: () => boolean, what: string, ms = 5_000): Promise<void> {
  const endBy = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > endBy) throw new Error(`timed out waiting until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export const usageTokens = (usage: Usage | null): unknown => usage?.tokens;
