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
/** All waiting and repeating of one run together: on a machine that is never quiet, the run still ends in time. */
const PATIENCE_MS = 60_000;
let patience = PATIENCE_MS;
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

/** Waits until nothing much else runs, while there is patience left. */
const settle = async (pids: readonly number[]): Promise<void> => {
  while (patience > 0) {
    const { others } = await watched(pids, () => new Promise((resolve) => setTimeout(resolve, SETTLE_MS)));
    if (others <= DISTURBED_CORES) return;
    patience -= SETTLE_MS;
  }
};

/** `work` in a quiet moment, or in the quietest of up to three. */
export const quietly = async <T>(
  pids: readonly number[],
  work: () => Promise<T>,
): Promise<Use & { readonly value: T }> => {
  await settle(pids);
  let best = await watched(pids, work);
  for (let attempt = 1; attempt < ATTEMPTS && best.others > DISTURBED_CORES && patience > 0; attempt += 1) {
    const from = performance.now();
    await settle(pids);
    const again = await watched(pids, work);
    patience -= performance.now() - from;
    if (again.others < best.others) best = again;
  }
  return best;
};
