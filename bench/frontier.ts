// `node bench/frontier.ts`: how many requests a second each subject carries while it adds no more than so much to the
// ninety-ninth percentile, for small calls and for prompts of 50 to 100 thousand tokens, half of them streamed; how many
// streams of 64 deltas at 20 ms run at once without a frame lost or late; and what of the bare hop is left at 64 connections.
// Ours runs with everything on (`everything.ts`). About twenty minutes; `--quick` about eight.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SMALL, modelName } from './bodies.ts';
import type { Ladder, StreamCount } from './frontier-figures.ts';
import { frontierPage, type FrontierResult } from './frontier-page.ts';
import { DIALECT, Frontier, WORKLOADS, small, streamed, type Lengths } from './frontier-run.ts';
import { runHopPart, type CellResult } from './hop.ts';
import { describeMachine } from './machine.ts';
import { startOurs } from './ours.ts';
import { ANY_LLM, LITELLM, startAnyLlm, startLitellm } from './peers-python.ts';
import { startBareHop, startHaproxy, startPortkey, startUpstream, type Subject } from './peers.ts';
import { startLoader, type Loader } from './process.ts';

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

interface Rig {
  readonly upstream: Subject;
  readonly subjects: readonly Subject[];
  readonly leftOut: readonly string[];
}

interface Start {
  readonly name: string;
  /** A file without which it is not installed; undefined where it always is. */
  readonly needs?: string;
  readonly begin: () => Promise<Subject>;
}

const startsOf = (upstream: number, folder: string): readonly Start[] => {
  const orders = [small, streamed];
  const rig = { upstream, cores: null, folder, dialect: DIALECT, orders, durability: 'process', lanes: 1 } as const;
  const models = orders.map(modelName);
  return [
    { name: 'bare-hop', begin: () => startBareHop(upstream, null) },
    { name: 'haproxy', begin: () => startHaproxy(upstream, null, folder) },
    { name: 'portkey', begin: () => startPortkey(upstream, null) },
    { name: 'litellm', needs: LITELLM, begin: () => startLitellm(upstream, { folder, models }) },
    { name: 'any-llm', needs: ANY_LLM, begin: () => startAnyLlm(upstream, { folder, models }) },
    { name: 'weighbridge', begin: () => startOurs({ ...rig, everything: true }) },
  ];
};

async function startAll(folder: string, wanted: readonly string[] | undefined): Promise<Rig> {
  const upstream = await startUpstream(null);
  const subjects: Subject[] = [];
  const leftOut: string[] = [];
  for (const { name, needs, begin } of startsOf(upstream.port, folder)) {
    if (wanted !== undefined && !wanted.includes(name)) continue;
    if (needs === undefined || existsSync(needs)) subjects.push(await begin());
    else leftOut.push(`${name} is left out: it is not installed (bench/README.md says how)`);
  }
  for (const what of leftOut) say(what);
  return { upstream, subjects, leftOut };
}

/** The headline cell of `npm run bench`, with ours as it is here: closed loop, 64 connections, in interleaved rounds. */
const closedLoop = ({ upstream, subjects }: Rig, loader: Loader, quick: boolean): Promise<readonly CellResult[]> => {
  const pair = subjects.filter(({ name }) => name === 'bare-hop' || name === 'weighbridge-full');
  const plan = {
    dialect: DIALECT,
    cells: [{ connections: 64, delayMs: 0, bytes: SMALL }],
    rounds: 0,
    headlineRounds: quick ? 3 : 7,
    warmupMs: 500,
    measureMs: 1_500,
    beforehandMs: quick ? 0 : 4_000,
  } as const;
  return runHopPart(plan, pair, upstream, loader, say);
};

type Measured = Pick<FrontierResult, 'ladders' | 'streams' | 'closed'>;

async function measure(rig: Rig, lengths: Lengths, quick: boolean): Promise<Measured> {
  const { upstream, subjects } = rig;
  const ladders: Ladder[] = [];
  const streams: StreamCount[] = [];
  const loader = startLoader(null);
  try {
    const frontier = new Frontier(loader, upstream, lengths, say);
    for (const subject of subjects) await frontier.warm(subject);
    const closed = await closedLoop(rig, loader, quick);
    for (const workload of WORKLOADS)
      for (const subject of subjects) ladders.push(await frontier.ladderOf(subject, workload));
    for (const subject of [upstream, ...subjects]) streams.push(...(await frontier.streamsOf(subject)));
    return { ladders, streams, closed };
  } finally {
    loader.stop();
  }
}

function keep(result: FrontierResult, page: string): void {
  const results = new URL('results', import.meta.url).pathname;
  mkdirSync(results, { recursive: true });
  const stamp = `frontier-${result.machine.at.slice(0, 16).replace(/[:T]/g, '-')}`;
  writeFileSync(join(results, `${stamp}.json`), `${JSON.stringify(result, null, 1)}\n`);
  writeFileSync(join(results, `${stamp}.md`), page);
  say(`kept as ${join(results, stamp)}.{json,md}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      subject: { type: 'string', multiple: true },
      keep: { type: 'boolean', default: false },
    },
  });
  const lengths = values.quick
    ? { rounds: 1, warmupMs: 200, measureMs: 800 }
    : { rounds: 3, warmupMs: 400, measureMs: 2_000 };
  const machine = describeMachine();
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-frontier-'));
  const rig = await startAll(folder, values.subject);
  let measured: Measured;
  try {
    measured = await measure(rig, lengths, values.quick);
  } finally {
    for (const subject of [rig.upstream, ...rig.subjects].toReversed()) await subject.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const subjects = rig.subjects.map(({ name, method }) => ({ name, method }));
  const seconds = (performance.now() - began) / 1000;
  const result: FrontierResult = { machine, seconds, subjects, leftOut: rig.leftOut, lengths, ...measured };
  const page = frontierPage(result);
  process.stdout.write(page);
  if (values.keep) keep(result, page);
}

await main();
process.exit(0);
