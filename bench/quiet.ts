// A machine that others use at the same time spoils tails first. Each round is measured with what everybody else on the
// machine used meanwhile; a round that was disturbed is done again, a few times, and the least disturbed one counts.
// The figure stays in the results, so a reader can see how quiet it was.
import { readFileSync } from 'node:fs';
import { spent } from './process.ts';

/** Cores used while measuring, all threads of each. */
export interface CoresUsed {
  readonly subject: number;
  readonly upstream: number;
  readonly load: number;
  readonly others: number;
}

export interface Use {
  /** Cores used by each measured process, in the order given. */
  readonly cores: readonly number[];
  /** Cores used by everything else on the machine. */
  readonly others: number;
}

/** More than this and a round is done again. */
const DISTURBED_CORES = 0.15;
const ATTEMPTS = 3;
const SETTLE_MS = 250;
const SETTLE_ATTEMPTS = 20;
const JIFFY = 0.01;

/** Seconds that all cores together were not idle, since the machine started. */
const busySeconds = (): number => {
  const [, ...fields] = (readFileSync('/proc/stat', 'latin1').split('\n', 1)[0] ?? '').split(/\s+/);
  // user nice system idle iowait irq softirq steal: idle and iowait are no work, guest is counted in user already.
  return [0, 1, 2, 5, 6, 7].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0) * JIFFY;
};

const round2 = (value: number): number => Math.round(value * 100) / 100;

export const watched = async <T>(
  pids: readonly number[],
  work: () => Promise<T>,
): Promise<Use & { readonly value: T }> => {
  const from = performance.now();
  const busyBefore = busySeconds();
  const before = pids.map((pid) => spent(pid).cpuSeconds);
  const value = await work();
  const seconds = (performance.now() - from) / 1000;
  const cores = pids.map((pid, index) => round2((spent(pid).cpuSeconds - (before[index] ?? 0)) / seconds));
  // A process may be named twice (the upstream as its own subject).
  const own = [...new Set(pids)].reduce((sum, pid) => sum + (cores[pids.indexOf(pid)] ?? 0), 0);
  return { value, cores, others: round2(Math.max(0, (busySeconds() - busyBefore) / seconds - own)) };
};

/** Waits, a few seconds at most, until nothing much else runs. */
const settle = async (pids: readonly number[]): Promise<void> => {
  for (let attempt = 0; attempt < SETTLE_ATTEMPTS; attempt += 1) {
    const { others } = await watched(pids, () => new Promise((resolve) => setTimeout(resolve, SETTLE_MS)));
    if (others <= DISTURBED_CORES) return;
  }
};

/** `work` in a quiet moment, or in the quietest of three. */
export const quietly = async <T>(
  pids: readonly number[],
  work: () => Promise<T>,
): Promise<Use & { readonly value: T }> => {
  let best: (Use & { readonly value: T }) | null = null;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await settle(pids);
    const done = await watched(pids, work);
    if (best === null || done.others < best.others) best = done;
    if (best.others <= DISTURBED_CORES) return best;
  }
  return best as Use & { readonly value: T };
};
