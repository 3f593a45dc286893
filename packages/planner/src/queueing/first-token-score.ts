// How well the simulator tells times to the first token that somebody measured: users who ask again, as load generators do. Two
// answers: whether it puts the rows of one system in their order (Spearman by group), and by how much it errs, which is told whole.
import { refuse, whole } from '../numbers/refuse.ts';
import { Chance } from '../numbers/chance.ts';
import { mean } from '../numbers/statistics.ts';
import { medianOf, spearmanOf } from '../score/measures.ts';
import { simulate } from './simulator/simulate.ts';
import type { FleetForm } from './simulator/fleet.ts';

/** One published row. */
export interface FirstTokenRow {
  /** Rows that differ in concurrency alone: model, system, precision, software, lengths, layout. */
  readonly group: string;
  readonly concurrency: number;
  readonly input: number;
  readonly output: number;
  readonly ttft_ms: number;
}

export interface FirstTokenScore {
  readonly groups: readonly { readonly group: string; readonly rows: number; readonly spearman: number }[];
  readonly rows: readonly (FirstTokenRow & { readonly simulated_ms: number })[];
  readonly median_spearman: number;
  /** Share of groups with 0.8 and more. */
  readonly ordered: number;
  /** Of the error as a share of what was measured. */
  readonly median_error: number;
  readonly mean_error: number;
  /** Median of simulated over measured. */
  readonly bias: number;
}

export interface FirstTokenRun {
  /** The fleet that a row ran on. */
  readonly fleetOf: (row: FirstTokenRow) => FleetForm;
  /** Requests for each user. */
  readonly rounds: number;
  readonly seed: number;
  /** Lengths lie between this share of what the row says and the whole of it, evenly. */
  readonly shortest: number;
}

const LEAST_IN_GROUP = 3;

/** Groups of fewer than three concurrencies have no order worth the name and are left out. */
export function scoreFirstToken(rows: readonly FirstTokenRow[], run: FirstTokenRun): FirstTokenScore {
  whole('rounds', run.rounds, 1, 1000);
  const groups = [...Map.groupBy(rows, ({ group }) => group)].filter(
    ([, held]) => new Set(held.map(({ concurrency }) => concurrency)).size >= LEAST_IN_GROUP,
  );
  if (groups.length === 0)
    refuse('no group of the table has three concurrencies', 'give rows of one system at three concurrencies and more');
  const scored = groups.map(([group, held]) => {
    const told = held.map((row) => ({ ...row, simulated_ms: simulatedFirstToken(row, run) }));
    const order = spearmanOf(
      told.map(({ simulated_ms }) => simulated_ms),
      told.map(({ ttft_ms }) => ttft_ms),
    );
    // What does not vary is in no order.
    return { group, told, spearman: order ?? 0 };
  });
  const all = scored.flatMap(({ told }) => told);
  const errors = all.map(({ simulated_ms, ttft_ms }) => Math.abs(simulated_ms / ttft_ms - 1));
  return {
    groups: scored.map(({ group, told, spearman: order }) => ({ group, rows: told.length, spearman: order })),
    rows: all,
    median_spearman: medianOf(scored.map(({ spearman: order }) => order)),
    ordered: scored.filter(({ spearman: order }) => order >= 0.8).length / scored.length,
    median_error: medianOf(errors),
    mean_error: mean(errors),
    bias: medianOf(all.map(({ simulated_ms, ttft_ms }) => simulated_ms / ttft_ms)),
  };
}

/** Mean over the requests of a row's users, in milliseconds. */
export function simulatedFirstToken(row: FirstTokenRow, { fleetOf, rounds, seed, shortest }: FirstTokenRun): number {
  const chance = new Chance(seed, `${row.group} ${row.concurrency}`);
  const length = (most: number): number => Math.max(1, Math.round(most * (shortest + (1 - shortest) * chance.unit())));
  let left = row.concurrency * rounds;
  const { ttft_ms } = simulate({
    fleet: fleetOf(row),
    load: {
      kind: 'closed',
      users: row.concurrency,
      next: () => {
        left -= 1;
        return left < 0 ? undefined : { input: length(row.input), output: length(row.output) };
      },
    },
    warm_up_requests: 0,
  });
  return ttft_ms.mean.value;
}
