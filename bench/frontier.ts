// `node bench/frontier.ts`: how many requests a second each subject carries while it adds no more than so much to the
// ninety-ninth percentile. Requests come open-loop; what a subject adds is its p99 less that of the upstream alone at the same rate,
// in the same round. Three workloads: small calls; prompts of 50 to 100 thousand tokens, half of them streamed; and how
// many streams of 64 deltas at 20 ms run at once without a frame lost or late. Ours runs with everything on.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SMALL, modelName, requestBody } from './bodies.ts';
import { frontierPage, type Frontier, type Ladder, type Step, type StreamCount } from './frontier-page.ts';
import type { OpenResult } from './load-open.ts';
import type { StreamResult } from './load-streams.ts';
import { describeMachine } from './machine.ts';
import { startOurs } from './ours.ts';
import {
  LITELLM,
  startBareHop,
  startHaproxy,
  startLitellm,
  startPortkey,
  startUpstream,
  type Subject,
} from './peers.ts';
import { startLoader, type Loader } from './process.ts';
import { median } from './statistics.ts';
import { DELTAS, GAP_MS } from './streams.ts';

const DIALECT = 'openai-chat';
/** Bytes of a prompt; 50 and 100 thousand tokens at four bytes each. */
const PROMPTS = [200_000, 400_000] as const;
const CONNECTIONS = 512;
/** Beyond this a step ends the ladder of a subject: it is over its edge. */
const OVER_MS = 60;
const STREAM_COUNTS = [100, 250, 500, 1000, 2000] as const;
/** A frame later than this at the ninety-ninth percentile is late: two and a half gaps of the stream. */
const LATE_MS = 50;

interface Workload {
  readonly name: Ladder['workload'];
  /** Answers at once, or a stream whose deltas come at 20 ms. */
  readonly bodies: readonly [string, string | null];
  readonly rates: readonly number[];
}

const small = { delayMs: 0, bytes: SMALL };
const streamed = { delayMs: GAP_MS, bytes: SMALL };

const ladder = (from: number, to: number, by: number): number[] => {
  const rates: number[] = [];
  for (let rate = from; rate <= to; rate *= by) rates.push(Math.round(rate));
  return rates;
};

const WORKLOADS: readonly Workload[] = [
  {
    name: 'small',
    bodies: [requestBody(DIALECT, modelName(small), SMALL, false), null],
    rates: ladder(50, 60_000, 1.35),
  },
  {
    name: 'prompts',
    bodies: [
      requestBody(DIALECT, modelName(small), PROMPTS[0], false),
      requestBody(DIALECT, modelName(streamed), PROMPTS[1], true),
    ],
    rates: ladder(5, 3_000, 1.35),
  },
];

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

interface Lengths {
  readonly rounds: number;
  readonly warmupMs: number;
  readonly measureMs: number;
}

class Bench {
  readonly #loader: Loader;
  readonly #upstream: Subject;
  readonly #lengths: Lengths;
  /** p99 of the upstream alone, by workload and rate, measured once in the same run. */
  readonly #alone = new Map<string, number>();

  constructor(loader: Loader, upstream: Subject, lengths: Lengths) {
    this.#loader = loader;
    this.#upstream = upstream;
    this.#lengths = lengths;
  }

  async ladderOf(subject: Subject, workload: Workload): Promise<Ladder> {
    const steps: Step[] = [];
    for (const rate of workload.rates) {
      const step = await this.#step(subject, workload, rate);
      steps.push(step);
      say(
        `${workload.name} ${subject.name} ${rate}/s: carried ${step.carried}, p99 ${step.p99} ms, adds ${step.added}`,
      );
      if (step.added > OVER_MS || step.failed > 0 || step.answered < 0.95) break;
    }
    return { subject: subject.name, workload: workload.name, steps };
  }

  /** The median of the rounds; one round is enough where it adds next to nothing. */
  async #step(subject: Subject, workload: Workload, rate: number): Promise<Step> {
    const alone = await this.#baseline(workload, rate);
    const runs: OpenResult[] = [await this.#run(subject, workload, rate)];
    while (runs.length < this.#lengths.rounds && (runs[0]?.first.p99 ?? 0) - alone > 0.5)
      runs.push(await this.#run(subject, workload, rate));
    const p99 = median(runs.map((run) => run.first.p99));
    return {
      rate,
      carried: Math.round(median(runs.map((run) => run.perSecond))),
      answered: median(runs.map((run) => run.answered)),
      p50: median(runs.map((run) => run.first.p50)),
      p99,
      added: Math.round((p99 - alone) * 100) / 100,
      failed: Math.max(...runs.map(({ failed }) => failed)),
      sample: runs.find(({ sample }) => sample !== null)?.sample ?? null,
    };
  }

  async #baseline(workload: Workload, rate: number): Promise<number> {
    const key = `${workload.name} ${rate}`;
    const known = this.#alone.get(key);
    if (known !== undefined) return known;
    const { first } = await this.#run(this.#upstream, workload, rate);
    this.#alone.set(key, first.p99);
    return first.p99;
  }

  async #run(subject: Subject, { bodies: [body, second] }: Workload, rate: number): Promise<OpenResult> {
    const { warmupMs, measureMs } = this.#lengths;
    const target = { port: subject.port, path: subject.path(DIALECT), headers: subject.headers(DIALECT) };
    const connections = Math.min(CONNECTIONS, Math.max(32, Math.ceil(rate * 1.5)));
    const job = { kind: 'open', ...target, body, second, connections, rate, warmupMs, measureMs } as const;
    return (await this.#loader.run(job)) as OpenResult;
  }

  /** The most streams at once, of those tried, in which no frame was lost, doubled or late. */
  async streamsOf(subject: Subject): Promise<StreamCount[]> {
    const counts: StreamCount[] = [];
    const body = requestBody(DIALECT, modelName(streamed), SMALL, true);
    const target = { port: subject.port, path: subject.path(DIALECT), headers: subject.headers(DIALECT), body };
    for (const connections of STREAM_COUNTS) {
      const job = { kind: 'streams', ...target, connections, each: 2, deltas: DELTAS, gapMs: GAP_MS } as const;
      const { lost, duplicated, failed, transit, jitter, firstToken, sample } = (await this.#loader.run(
        job,
      )) as StreamResult;
      const whole = lost + duplicated + failed === 0 && transit.p99 <= LATE_MS;
      counts.push({
        subject: subject.name,
        streams: connections,
        whole,
        lost,
        failed,
        addedFirst: firstToken.p50,
        gapP99: jitter.p99,
        delayP99: transit.p99,
        sample,
      });
      say(
        `streams ${subject.name} ${connections}: ${whole ? 'whole' : 'not whole'}, p99 ${transit.p99} ms, lost ${lost}`,
      );
      if (!whole) break;
    }
    return counts;
  }
}

/** Warm-up under load, so that none is measured while its code is compiled. */
async function warm(loader: Loader, subject: Subject): Promise<void> {
  const target = { port: subject.port, path: subject.path(DIALECT), headers: subject.headers(DIALECT) };
  for (const { bodies } of WORKLOADS)
    await loader.run({ kind: 'hop', ...target, body: bodies[0], connections: 16, warmupMs: 0, measureMs: 4_000 });
}

async function startAll(folder: string, wanted: readonly string[] | undefined): Promise<Subject[]> {
  const upstream = await startUpstream(null);
  const orders = [small, streamed];
  const starts: readonly (readonly [string, () => Promise<Subject>])[] = [
    ['bare-hop', () => startBareHop(upstream.port, null)],
    ['haproxy', () => startHaproxy(upstream.port, null, folder)],
    ['portkey', () => startPortkey(upstream.port, null)],
    ['litellm', () => startLitellm(upstream.port, { folder, models: orders.map(modelName) })],
    [
      'weighbridge',
      () =>
        startOurs({
          upstream: upstream.port,
          cores: null,
          folder,
          dialect: DIALECT,
          orders,
          durability: 'process',
          lanes: 1,
        }),
    ],
  ];
  const subjects = [upstream];
  for (const [name, begin] of starts) {
    if (wanted !== undefined && !wanted.includes(name)) continue;
    if (name === 'litellm' && !existsSync(LITELLM)) {
      say('LiteLLM is left out: it is not installed (bench/README.md says how)');
      continue;
    }
    subjects.push(await begin());
  }
  return subjects;
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
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-frontier-'));
  const loader = startLoader(null);
  const [upstream, ...subjects] = await startAll(folder, values.subject);
  if (upstream === undefined) return;
  const bench = new Bench(loader, upstream, lengths);
  const ladders: Ladder[] = [];
  const streams: StreamCount[] = [];
  try {
    for (const subject of subjects) await warm(loader, subject);
    for (const workload of WORKLOADS)
      for (const subject of subjects) ladders.push(await bench.ladderOf(subject, workload));
    for (const subject of [upstream, ...subjects]) streams.push(...(await bench.streamsOf(subject)));
  } finally {
    loader.stop();
    for (const subject of [upstream, ...subjects].toReversed()) await subject.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const methods = subjects.map(({ name, method }) => ({ name, method }));
  const frontier: Frontier = { machine, subjects: methods, lengths, ladders, streams };
  const page = frontierPage(frontier);
  process.stdout.write(page);
  if (!values.keep) return;
  const results = new URL('results', import.meta.url).pathname;
  mkdirSync(results, { recursive: true });
  const stamp = `frontier-${machine.at.slice(0, 16).replace(/[:T]/g, '-')}`;
  writeFileSync(join(results, `${stamp}.json`), `${JSON.stringify(frontier, null, 1)}\n`);
  writeFileSync(join(results, `${stamp}.md`), page);
  say(`kept as ${join(results, stamp)}.{json,md}`);
}

await main();
process.exit(0);
