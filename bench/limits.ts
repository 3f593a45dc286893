// What this machine could have given in this run, whatever the gateway did with it: the arithmetic beside the verdicts on
// requests per second and on streams. A thread gives at most a second of work a second, and two cores at most two.
import { SMALL } from './bodies.ts';
import type { CellResult, Round } from './hop.ts';
import type { SubjectName } from './peers.ts';
import { median, pairedRatio } from './statistics.ts';
import { GAP_MS, type StreamRun } from './streams.ts';

export interface Limit {
  readonly what: string;
  /** Requests per second at most; NaN where it is a ratio alone. */
  readonly perSecond: number;
  /** `perSecond` of the bare hop's own, or the ratio that stands for itself. */
  readonly ratio: number;
  readonly arithmetic: string;
}

const micros = (value: number): string => `${value.toFixed(1)} µs`;

/** The rounds of the cell that carries the verdicts on throughput, and what they cost. */
class Headline {
  readonly #rounds: readonly Round[];

  constructor(hop: readonly CellResult[]) {
    const cell = hop.find(
      (result) => result.cell.connections === 64 && result.cell.delayMs === 0 && result.cell.bytes === SMALL,
    );
    this.#rounds = cell?.rounds.filter((round) => round.failed === 0) ?? [];
  }

  perSecond(name: SubjectName): readonly number[] {
    return this.#of(name).map((round) => round.perSecond);
  }

  /** Microseconds a request; NaN where it was not measured. */
  cost(name: SubjectName, of: (round: Round) => number): number {
    return median(this.#of(name).map((round) => (of(round) * 1e6) / round.perSecond));
  }

  #of(name: SubjectName): readonly Round[] {
    return this.#rounds.filter((round) => round.subject === name);
  }
}

/** A thread that never waits does a second of work a second: what it costs, against what the bare hop's costs there. */
const laneLimit = (what: string, cell: Headline, ours: SubjectName): Limit => {
  const serving = cell.cost(ours, (round) => round.serving);
  const bareServing = cell.cost('bare-hop', (round) => round.serving);
  return {
    what,
    perSecond: 1e6 / serving,
    ratio: bareServing / serving,
    arithmetic: `${micros(serving)} of its CPU a request; the bare hop’s thread takes ${micros(bareServing)}`,
  };
};

/** `pinned`: the same cells with each serving thread on a core of its own; empty when that was not measured. */
export const limitsOf = (
  hop: readonly CellResult[],
  pinned: readonly CellResult[],
  cores: number,
  ours: SubjectName = 'weighbridge',
): readonly Limit[] => {
  const shared = new Headline(hop);
  const bare = median(shared.perSecond('bare-hop'));
  const own = shared.cost(ours, (round) => round.cores.subject);
  const rig = shared.cost(ours, (round) => round.cores.upstream + round.cores.load);
  const limits: Limit[] = [
    laneLimit('one lane thread that never waits', shared, ours),
    ...(ours === 'weighbridge' ? [laneLimit('the same with everything on', shared, 'weighbridge-full')] : []),
    laneLimit('one lane thread that never waits, each thread on a core of its own', new Headline(pinned), ours),
    {
      what: `${cores} cores that never idle`,
      perSecond: (cores * 1e6) / (own + rig),
      ratio: (cores * 1e6) / (own + rig) / bare,
      arithmetic: `${micros(own)} a request for all our threads and ${micros(rig)} for load generator and upstream`,
    },
    {
      what: 'the bare hop, of HAProxy',
      perSecond: bare,
      ratio: pairedRatio(shared.perSecond('bare-hop'), shared.perSecond('haproxy')),
      arithmetic: 'measured: no Node gateway on this stack is nearer to it',
    },
    {
      what: 'the bare hop, of Portkey',
      perSecond: bare,
      ratio: pairedRatio(shared.perSecond('bare-hop'), shared.perSecond('portkey')),
      arithmetic: 'measured: no Node gateway on this stack is further from it',
    },
  ];
  return limits.filter((limit) => !Number.isNaN(limit.ratio));
};

export interface StreamLimit {
  readonly concurrent: number;
  /** Share of a second that one serving thread works a second: CPU of a delta, times deltas a second. */
  readonly busy: number;
  readonly bareBusy: number;
  /** p99 in ms that the bare hop's own would be on a thread that is as busy as ours. */
  readonly p99: number;
  readonly arithmetic: string;
}

/**
 * A thread that stands still for a while (another thread has its core, memory is collected) has to work off what came
 * meanwhile beside what still comes: busy for a share ρ of the time it needs 1 ÷ (1 − ρ) of the pause until nothing waits any
 * more. So the same pauses delay deltas on a busier thread by (1 − ρ of the bare hop) ÷ (1 − ρ of ours) as long.
 */
export const streamLimitsOf = (runs: readonly StreamRun[]): readonly StreamLimit[] => {
  const limits: StreamLimit[] = [];
  for (const concurrent of new Set(runs.map((run) => run.concurrent))) {
    const of = (name: SubjectName, pick: (run: StreamRun) => number): number =>
      median(runs.filter((run) => run.subject === name && run.concurrent === concurrent && run.failed === 0).map(pick));
    const perMicro = concurrent / (GAP_MS * 1000);
    const own = of('weighbridge', (run) => run.servingMicros);
    const bare = of('bare-hop', (run) => run.servingMicros);
    const [busy, bareBusy] = [own * perMicro, bare * perMicro];
    const barePace = of('bare-hop', (run) => run.transit.p99);
    const p99 = busy < 1 ? (barePace * (1 - bareBusy)) / (1 - busy) : Number.POSITIVE_INFINITY;
    if (Number.isNaN(p99)) continue;
    const arithmetic =
      `${micros(own)} a delta, the bare hop ${micros(bare)}, at ${(perMicro * 1e6).toLocaleString('en-US')} deltas/s; ` +
      `${barePace.toFixed(1)} ms × (1 − ${bareBusy.toFixed(2)}) ÷ (1 − ${busy.toFixed(2)})`;
    limits.push({ concurrent, busy, bareBusy, p99, arithmetic });
  }
  return limits;
};
