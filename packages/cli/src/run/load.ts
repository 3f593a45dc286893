// `lab load`: a workload through the running gateway, as demanding clients would send it. Never on a live log: load is
// for simulated clouds.
import { resolve } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import {
  readTrace,
  requestsOfMix,
  requestsOfTrace,
  runWorkload,
  type MixModel,
  type WorkloadRequest,
} from '@weighbridge/lab';
import { askControl, type KeyView, type Status } from '@weighbridge/server';
import { text, type Context, type Run } from '../frame/command.ts';
import { count, duration, pairs } from '../frame/text-table.ts';
import { parseCount } from '../read/instants.ts';
import { requireInstance } from '../read/place.ts';

const CLAUDE: readonly MixModel[] = [
  { model: 'claude-sonnet-4-5', dialect: 'anthropic-messages', weight: 3 },
  { model: 'claude-haiku-4-5', dialect: 'anthropic-messages', weight: 2 },
];
const GPT: readonly MixModel[] = [
  { model: 'gpt-4.1', dialect: 'openai-chat' },
  { model: 'gpt-4o-mini', dialect: 'openai-chat', weight: 2 },
];
const TEAMS: readonly { readonly name: string; readonly weight: number; readonly models: readonly MixModel[] }[] = [
  { name: 'engineering', weight: 5, models: [...CLAUDE, ...GPT] },
  { name: 'support', weight: 3, models: CLAUDE },
  { name: 'research', weight: 1, models: GPT },
];

export const run: Run = async (context) => {
  const instance = requireInstance(context);
  const status = await askControl<Status>(instance.socket, 'GET', '/status');
  if (!status.simulated)
    throw new AppError('USAGE', 'load is only for simulated clouds, and this instance is live', {
      next: 'start one in the lab: weighbridge up --home OTHER',
    });
  const limit = parseCount(text(context, 'limit'), 'limit', 1, 10_000_000);
  const speed = parseCount(text(context, 'speed'), 'speed', 1, 1_000_000) ?? 1;
  const keys: KeyView[] = [];
  const keyFor = async (team: string): Promise<string> => {
    const made = await askControl<{ key: string; state: KeyView }>(instance.socket, 'POST', '/keys', {
      name: `load-${team}`,
      team,
    });
    keys.push(made.state);
    return made.key;
  };
  try {
    const { requests, total } = await workload(context, keyFor, limit);
    let done = 0;
    const began = performance.now();
    const summary = await runWorkload({
      url: instance.origin,
      requests: until(requests, context.signal),
      speed,
      ...(limit === undefined ? {} : { limit }),
      onRow: () => {
        done += 1;
        if (total === undefined) return;
        const left = ((performance.now() - began) / done) * (total - done);
        if (done % Math.max(1, Math.floor(total / 50)) === 0)
          context.out.progress({ done, total, what: 'requests', left_ms: Math.round(left) });
      },
    });
    context.out.data({ simulated: true, summary }, () => describe(summary));
  } finally {
    for (const key of keys)
      await askControl(instance.socket, 'POST', '/keys/revoke', { key: key.id, reason: 'the load is over' });
  }
  return context.signal.aborted ? 130 : 0;
};

async function workload(
  context: Context,
  keyFor: (team: string) => Promise<string>,
  limit: number | undefined,
): Promise<{ requests: AsyncIterable<WorkloadRequest> | Iterable<WorkloadRequest>; total?: number }> {
  const trace = text(context, 'trace');
  if (trace !== undefined) {
    const model = text(context, 'model') ?? 'claude-sonnet-4-5';
    const dialect = model.startsWith('claude') ? 'anthropic-messages' : 'openai-chat';
    const target = { team: 'trace', key: await keyFor('trace'), model, dialect } as const;
    return {
      requests: requestsOfTrace(readTrace(resolve(context.workingFolder, trace)), target),
      ...(limit === undefined ? {} : { total: limit }),
    };
  }
  const requests = parseCount(text(context, 'requests'), 'requests', 1, 10_000_000) ?? 200;
  const teams = [];
  for (const team of TEAMS) teams.push({ ...team, key: await keyFor(team.name) });
  const mix = {
    seed: parseCount(text(context, 'seed'), 'seed', 0, 999_999_999) ?? 1,
    rate: parseCount(text(context, 'rate'), 'rate', 1, 100_000) ?? 10,
    requests,
    teams,
  };
  return { requests: requestsOfMix(mix), total: Math.min(requests, limit ?? requests) };
}

async function* until<Item>(items: AsyncIterable<Item> | Iterable<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  for await (const item of items) {
    if (signal.aborted) return;
    yield item;
  }
}

type Summary = Awaited<ReturnType<typeof runWorkload>>;

function describe(summary: Summary): string {
  const rows = Object.entries(summary).map(
    ([name, value]) => [name.replaceAll('_', ' '), shown(name, value as Summary[keyof Summary])] as const,
  );
  return `Simulated load\n${pairs(rows)}`;
}

function shown(name: string, value: Summary[keyof Summary]): string {
  if (value === null) return '-';
  if (typeof value === 'number') return count(Math.round(value * 100) / 100);
  const amount = (part: string, size: number): string =>
    name.endsWith('_ms') && part !== 'count' ? duration(size) : count(size);
  return Object.entries(value)
    .map(([part, size]) => `${part} ${amount(part, Number(size))}`)
    .join(', ');
}
