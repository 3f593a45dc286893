// Part `hop`: requests per second and latency of every subject in every cell, in interleaved rounds: each round visits
// all subjects in turn (order rotated), so a slow minute of the machine hits all of them and the ratios survive it.
import { LARGE, SMALL, modelName, requestBody, type Dialect } from './bodies.ts';
import type { HopResult } from './load-hop.ts';
import type { Job } from './load.ts';
import type { Subject, SubjectName } from './peers.ts';
import { spent, withServing, type Loader } from './process.ts';
import { quietly, type CoresUsed } from './quiet.ts';

export interface Cell {
  readonly connections: number;
  readonly delayMs: number;
  readonly bytes: number;
}

export interface Round {
  readonly subject: SubjectName;
  readonly round: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
  readonly sample: string | null;
  readonly cores: CoresUsed;
  /** Cores used by the threads that serve, of `cores.subject`. */
  readonly serving: number;
  readonly rssMiB: number;
}

export interface CellResult {
  readonly cell: Cell;
  readonly rounds: readonly Round[];
}

export interface HopPlan {
  readonly dialect: Dialect;
  readonly cells: readonly Cell[];
  readonly rounds: number;
  /** More for the cells that carry a verdict. */
  readonly headlineRounds: number;
  readonly warmupMs: number;
  readonly measureMs: number;
  /** Load on each subject before anything is measured, so that none is measured while its code is still compiled. */
  readonly beforehandMs: number;
}

export const ALL_CELLS: readonly Cell[] = [SMALL, LARGE].flatMap((bytes) =>
  [0, 60].flatMap((delayMs) => [1, 64, 512].map((connections) => ({ connections, delayMs, bytes }))),
);

/** Cells that "Done when" 8 speaks of. */
export const isHeadline = (cell: Cell): boolean =>
  cell.delayMs === 0 && cell.bytes === SMALL && cell.connections !== 512;

const jobOf = (subject: Subject, cell: Cell, plan: HopPlan, measureMs: number): Job => ({
  kind: 'hop',
  port: subject.port,
  path: subject.path(plan.dialect),
  headers: subject.headers(plan.dialect),
  body: requestBody(plan.dialect, subject.model(modelName(cell)), cell.bytes, false),
  connections: cell.connections,
  warmupMs: plan.warmupMs,
  measureMs,
});

const measure = async (
  subject: Subject,
  upstream: Subject,
  loader: Loader,
  cell: Cell,
  plan: HopPlan,
  round: number,
): Promise<Round> => {
  const pids = [subject.pid, upstream.pid, loader.pid];
  const job = jobOf(subject, cell, plan, plan.measureMs);
  const { value, cores, others } = await quietly(pids, () => withServing(subject, () => loader.run(job)));
  const result = value.result as HopResult;
  const [own = 0, up = 0, load = 0] = cores;
  return {
    subject: subject.name,
    round,
    perSecond: Math.round(result.perSecond),
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.failed,
    sample: result.sample,
    cores: { subject: own, upstream: up, load, others },
    serving: value.cores,
    rssMiB: Math.round(spent(subject.pid).rssMiB),
  };
};

export const runHopPart = async (
  plan: HopPlan,
  subjects: readonly Subject[],
  upstream: Subject,
  loader: Loader,
  say: (line: string) => void,
): Promise<readonly CellResult[]> => {
  const results: CellResult[] = [];
  const busiest = { connections: 64, delayMs: 0, bytes: SMALL };
  if (plan.beforehandMs > 0) {
    for (const subject of subjects) await loader.run(jobOf(subject, busiest, plan, plan.beforehandMs));
  }
  for (const cell of plan.cells) {
    const rounds: Round[] = [];
    const count = isHeadline(cell) ? plan.headlineRounds : plan.rounds;
    for (let round = 0; round < count; round += 1) {
      for (let turn = 0; turn < subjects.length; turn += 1) {
        const subject = subjects[(turn + round) % subjects.length] as Subject;
        const done = await measure(subject, upstream, loader, cell, plan, round);
        rounds.push(done);
        const where = `${cell.connections} connections, ${cell.delayMs} ms, ${cell.bytes} B`;
        say(
          `hop ${where} · round ${round + 1}/${count} · ${subject.name} ${done.perSecond}/s p50 ${done.p50} p99 ${done.p99}`,
        );
        if (done.failed > 0) say(`  ${done.failed} failed: ${done.sample}`);
      }
    }
    rounds.sort((a, b) => a.round - b.round);
    results.push({ cell, rounds });
  }
  return results;
};
