// What is looked at while the soak runs: memory of each process as the system counts it, and what the instance says of
// itself on its control socket. Samples are put together by the minute: that is what is judged and kept.
import { existsSync, readFileSync } from 'node:fs';
import type { Status } from '@weighbridge/server';

export interface Sample {
  /** Seconds since the load began. */
  readonly at: number;
  /** Resident memory in MiB by process; null where the system does not tell. */
  readonly rss: Readonly<Record<string, number>> | null;
  /** The table set that is furthest behind. */
  readonly lagSeconds: number;
  readonly lagEntries: number;
  readonly running: boolean;
  readonly inFlight: number;
  readonly databaseMiB: number | null;
  /** Of the lane that is latest. */
  readonly loop: { readonly minute: number | null; readonly whole: number; readonly most: number };
}

export interface Minute {
  readonly minute: number;
  readonly samples: number;
  readonly rss_mib: Readonly<Record<string, { readonly median: number; readonly min: number; readonly max: number }>>;
  readonly database_mib: number | null;
  readonly lag_seconds_max: number;
  readonly in_flight_max: number;
  /** Event loop of the latest lane in the last whole minute that it knew of. */
  readonly loop_p99_ms: number | null;
}

const MIB = 1024 * 1024;

/** Only Linux tells of another process without being asked through a program. One that has ended is left out. */
export function residentOf(pids: Readonly<Record<string, number>>): Sample['rss'] {
  if (process.platform !== 'linux') return null;
  return Object.fromEntries(
    Object.entries(pids).flatMap(([name, pid]) => {
      const file = `/proc/${pid}/status`;
      const kib = existsSync(file) ? /VmRSS:\s+(\d+) kB/.exec(readFileSync(file, 'latin1'))?.[1] : undefined;
      return kib === undefined ? [] : [[name, Number(kib) / 1024]];
    }),
  );
}

export function sampleOf(at: number, rss: Sample['rss'], status: Status): Sample {
  const { projections: tables, state, memory_bytes: bytes } = status.projections;
  const most = (values: readonly number[]): number => Math.max(0, ...values);
  const minutes = status.event_loop.flatMap(({ last_minute: last }) => (last === null ? [] : [last.p99_ms]));
  return {
    at,
    rss,
    lagSeconds: most(tables.map((each) => each.lag_seconds)),
    lagEntries: most(tables.map((each) => each.lag_entries)),
    running: state === 'running' && tables.length > 0 && tables.every((each) => each.state !== 'stopped'),
    inFlight: status.calls.inFlight,
    databaseMiB: bytes === null ? null : bytes / MIB,
    loop: {
      minute: minutes.length === 0 ? null : most(minutes),
      whole: most(status.event_loop.map(({ since_start: all }) => all.p99_ms)),
      most: most(status.event_loop.map(({ since_start: all }) => all.max_ms)),
    },
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(half) - 1, Math.floor(half) + 1);
  return (low + high) / 2;
}

export function byMinute(samples: readonly Sample[]): readonly Minute[] {
  const groups = Map.groupBy(samples, ({ at }) => Math.floor(at / 60));
  return [...groups].map(([minute, group]) => {
    const names = Object.keys(group[0]?.rss ?? {});
    const rss = names.map((name) => {
      const values = group.flatMap((sample) => sample.rss?.[name] ?? []);
      return [
        name,
        { median: round(median(values)), min: round(Math.min(...values)), max: round(Math.max(...values)) },
      ];
    });
    const last = group.at(-1);
    return {
      minute,
      samples: group.length,
      rss_mib: Object.fromEntries(rss) as Minute['rss_mib'],
      database_mib: last?.databaseMiB ?? null,
      lag_seconds_max: Math.max(...group.map(({ lagSeconds }) => lagSeconds)),
      in_flight_max: Math.max(...group.map(({ inFlight }) => inFlight)),
      loop_p99_ms: last?.loop.minute ?? null,
    };
  });
}

const round = (value: number): number => Math.round(value * 10) / 10;
