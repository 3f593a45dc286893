// A lane before the lab's Anthropic, on a clock that the test moves: both sides of a batch see the same time. Prices are the
// fixture's, and half of them for what came out of a batch.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moneyFromDecimal, moneyToDecimal, type Clock } from '@weighbridge/kernel';
import { labControl, startLab, type LabBatchSeen, type LabControl, type RunningLab } from '@weighbridge/lab';
import type { LimitRule } from '../../src/limits/rule.ts';
import type { Deployment, LaneOptions, Rater, Route, Snapshot } from '../../src/index.ts';
import {
  deployment,
  rater,
  route,
  snapshot,
  startLane,
  testKey,
  type Receipt,
  type TestLane,
} from '../support/fixture.ts';

export interface Stand {
  readonly lab: RunningLab;
  readonly control: LabControl;
  close(): Promise<void>;
}

export async function openStand(): Promise<Stand> {
  const folder = await mkdtemp(join(tmpdir(), 'weighbridge-deadline-'));
  const lab = await startLab({ folder, seed: 7, latency: { mode: 'zero' } });
  return {
    lab,
    control: labControl(lab.endpoints.admin),
    close: async () => {
      await lab.stop();
      await rm(folder, { recursive: true });
    },
  };
}

export const HOUR = 3_600_000;
const half = (text: string | null): string | null =>
  text === null ? null : moneyToDecimal(moneyFromDecimal(text) / 2n);

/** What came out of a batch has half the price. */
const batchRater: Rater = {
  ...rater,
  rate(target, usage, at) {
    const rated = rater.rate(target, usage, at);
    if (usage.tier !== 'batch' || rated.billed === null) return rated;
    const { cost, charges } = rated;
    return {
      charges: charges.map((one) => ({ ...one, contracted: half(one.contracted), list: half(one.list) })),
      cost: { ...cost, billed: half(cost.billed), contracted: half(cost.contracted), list: half(cost.list) },
      billed: rated.billed / 2n,
    };
  },
};

export interface DeadlineLane extends TestLane {
  readonly control: LabControl;
  /** Both clocks. */
  advance(ms: number): Promise<void>;
  /** A Messages call; at another path the body is what is given. */
  ask(body?: object, headers?: Record<string, string>, signal?: AbortSignal, path?: string): Promise<Response>;
  /** Lets time pass, eleven seconds at a look, until this is done. */
  passing<Value>(done: Promise<Value>): Promise<Value>;
  /** Waits until the seller has this many batches of this lane, and looks by itself. */
  handedIn(batches: number): Promise<void>;
  /** Waits until nothing of a batch of this lane lies at the seller. */
  deleted(): Promise<void>;
  /** Its key is revoked from now on. */
  revoke(): void;
}

export interface LaneWishes {
  readonly deployment?: Partial<Deployment>;
  readonly route?: Partial<Route>;
  readonly policy?: { readonly stored_content?: 'allow' | 'refuse' };
  readonly limits?: readonly LimitRule[];
  readonly options?: Partial<LaneOptions>;
}

export const BODY = {
  model: 'm',
  max_tokens: 60,
  messages: [{ role: 'user', content: 'Say something about scales.' }],
};

export async function openLane({ lab, control }: Stand, wishes: LaneWishes = {}): Promise<DeadlineLane> {
  let ahead = 0;
  const clock: Clock = { wall: () => Date.now() + ahead, monotonic: () => performance.now() + ahead };
  const { clouds, credentials } = lab.endpoints;
  const port = Number(new URL(clouds.anthropic).port);
  const gpt = { cloud: 'openai', model: 'gpt-4.1', region: 'global', credential: 'openai' } as const;
  const batch = { gather: '30s', look: '60s', margin: '10m', most_waiting: 100, max_bytes: 1024 * 1024 };
  const { record, key } = testKey();
  const policy = { ...record.policy, ...wishes.policy };
  const over: Partial<Snapshot> = {
    deployments: [
      deployment('claude', port, { model: 'claude-sonnet-4-5', batch, ...wishes.deployment }),
      deployment('plain', port, { model: 'claude-sonnet-4-5' }),
      deployment('gpt', Number(new URL(clouds.openai).port), { ...gpt, batch }),
    ],
    routes: [
      route('m', ['claude'], { stored_content: 'allow', ...wishes.route }),
      route('other', ['plain']),
      route('g', ['gpt'], { stored_content: 'allow' }),
    ],
    keys: [{ ...record, policy }],
    ...(wishes.limits === undefined ? {} : { limits: wishes.limits }),
  };
  const lane = await startLane(over, {
    rater: batchRater,
    credentials: {
      current: (name) => ({
        kind: 'api_key',
        key: name === 'openai' ? credentials.openai_key : credentials.anthropic_key,
      }),
    },
    clock,
    ...wishes.options,
  });
  const before = (await control.batches()).length;
  const advance = async (ms: number): Promise<void> => {
    await control.advance(ms);
    ahead += ms;
  };
  const eventually = async (what: string, done: (seen: readonly LabBatchSeen[]) => boolean): Promise<void> => {
    const endBy = performance.now() + 5_000;
    while (!done((await control.batches()).slice(before))) {
      if (performance.now() > endBy) throw new Error(what);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return {
    ...lane,
    control,
    advance,
    revoke: () => lane.lane.swap(snapshot({ ...over, keys: [{ ...record, policy, revoked: true }] })),
    deleted: () => eventually('it lies there still', (seen) => seen.length > 0 && seen.every(({ deleted }) => deleted)),
    passing: async (done) => {
      const timer = setInterval(() => void advance(11_000), 40);
      try {
        return await done;
      } finally {
        clearInterval(timer);
      }
    },
    ask: (body = {}, headers = {}, signal, path = '/v1/messages') =>
      fetch(`${lane.url}${path}`, {
        method: 'POST',
        headers: { 'x-api-key': key, ...headers },
        body: JSON.stringify(path === '/v1/messages' ? { ...BODY, ...body } : body),
        ...(signal === undefined ? {} : { signal }),
      }),
    handedIn: (batches) => eventually(`${batches} batches were not handed in`, (seen) => seen.length >= batches),
  };
}

/** The receipt of a response. */
export function receiptOf({ sealer }: TestLane, response: Response): Receipt {
  const id = response.headers.get('weighbridge-receipt');
  const found = sealer.receipts().find((one) => one.id === id);
  if (found === undefined) throw new Error(`no receipt ${id}`);
  return found;
}
