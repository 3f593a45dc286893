// Part `streams`: many streams of 64 deltas at 20 ms at once through each subject. Every delta must arrive exactly once;
// its transit (upstream's write to our read, one monotonic clock) is what the hop and the two cores added to it.
// Bare hop and gateway run interleaved five times; the other subjects once, to place them.
import { SMALL, modelName, requestBody, type Dialect } from './bodies.ts';
import type { StreamResult } from './load-streams.ts';
import type { Job } from './load.ts';
import type { Subject, SubjectName } from './peers.ts';
import { withServing, type Loader } from './process.ts';
import { quietly, type CoresUsed } from './quiet.ts';

export const DELTAS = 64;
export const GAP_MS = 20;
const WARM_STREAMS = 200;

export interface StreamRun extends StreamResult {
  readonly subject: SubjectName;
  readonly concurrent: number;
  readonly round: number;
  readonly cores: CoresUsed;
  /** CPU that the threads which serve used for a delta, requests and receipts included. */
  readonly servingMicros: number;
}

export interface StreamPlan {
  readonly dialect: Dialect;
  readonly concurrent: readonly number[];
  readonly rounds: number;
  /** Streams per connection and round. */
  readonly each: number;
  /** Streams per connection before anything is measured, so that no subject is measured while its code is compiled. */
  readonly beforehand: number;
}

const jobOf = (subject: Subject, plan: StreamPlan, connections: number, each: number): Job => ({
  kind: 'streams',
  port: subject.port,
  path: subject.path(plan.dialect),
  headers: subject.headers(plan.dialect),
  body: requestBody(plan.dialect, subject.model(modelName({ delayMs: GAP_MS, bytes: SMALL })), SMALL, true),
  connections,
  each,
  deltas: DELTAS,
  gapMs: GAP_MS,
});

const measure = async (
  subject: Subject,
  upstream: Subject,
  loader: Loader,
  plan: StreamPlan,
  concurrent: number,
  round: number,
): Promise<StreamRun> => {
  const pids = [subject.pid, upstream.pid, loader.pid];
  const job = jobOf(subject, plan, concurrent, plan.each);
  const { value, cores, others } = await quietly(pids, () => withServing(subject, () => loader.run(job)));
  const [own = 0, up = 0, load = 0] = cores;
  const result = value.result as StreamResult;
  return {
    ...result,
    subject: subject.name,
    concurrent,
    round,
    cores: { subject: own, upstream: up, load, others },
    servingMicros: (value.seconds * 1e6) / result.frames,
  };
};

const PAIRED: ReadonlySet<SubjectName> = new Set(['bare-hop', 'weighbridge']);

export const runStreamsPart = async (
  plan: StreamPlan,
  subjects: readonly Subject[],
  upstream: Subject,
  loader: Loader,
  say: (line: string) => void,
): Promise<readonly StreamRun[]> => {
  const runs: StreamRun[] = [];
  for (const subject of subjects) await loader.run(jobOf(subject, plan, WARM_STREAMS, plan.beforehand));
  for (const concurrent of plan.concurrent) {
    for (let round = 0; round < plan.rounds; round += 1) {
      const due = subjects.filter((subject) => round === 0 || PAIRED.has(subject.name));
      for (const subject of round % 2 === 0 ? due : due.toReversed()) {
        const run = await measure(subject, upstream, loader, plan, concurrent, round);
        runs.push(run);
        say(
          `streams ${concurrent} · round ${round + 1}/${plan.rounds} · ${subject.name} p50 ${run.transit.p50} ` +
            `p99 ${run.transit.p99} ms, lost ${run.lost}, duplicated ${run.duplicated}, failed ${run.failed}`,
        );
        if (run.sample !== null) say(`  ${run.sample}`);
      }
    }
  }
  return runs;
};
