// What this machine could have given in this run, whatever the gateway did with it: the arithmetic beside the verdicts on
// requests per second. A thread gives at most a second of work a second, and two cores at most two.
import { SMALL } from './bodies.ts';
import type { CellResult, Round } from './hop.ts';
import type { SubjectName } from './peers.ts';
import { median, pairedRatio } from './statistics.ts';

export interface Limit {
  readonly what: string;
  /** Requests per second at most; NaN where it is a ratio alone. */
  readonly perSecond: number;
  /** `perSecond` of the bare hop's own, or the ratio that stands for itself. */
  readonly ratio: number;
  readonly arithmetic: string;
}

const micros = (value: number): string => `${value.toFixed(1)} µs`;

/** Of the cell that carries the verdicts on throughput; empty when that was not measured. */
export const limitsOf = (hop: readonly CellResult[], cores: number): readonly Limit[] => {
  const cell = hop.find(
    (result) => result.cell.connections === 64 && result.cell.delayMs === 0 && result.cell.bytes === SMALL,
  );
  const rounds = (name: SubjectName): readonly Round[] =>
    cell?.rounds.filter((round) => round.subject === name && round.failed === 0) ?? [];
  const perSecond = (name: SubjectName): readonly number[] => rounds(name).map((round) => round.perSecond);
  const cost = (name: SubjectName, of: (round: Round) => number): number =>
    median(rounds(name).map((round) => (of(round) * 1e6) / round.perSecond));
  const bare = median(perSecond('bare-hop'));
  const serving = cost('weighbridge', (round) => round.serving);
  const own = cost('weighbridge', (round) => round.cores.subject);
  const rig = cost('weighbridge', (round) => round.cores.upstream + round.cores.load);
  const bareServing = cost('bare-hop', (round) => round.serving);
  const limits: Limit[] = [
    {
      what: 'one lane thread that never waits',
      perSecond: 1e6 / serving,
      ratio: bareServing / serving,
      arithmetic: `${micros(serving)} of its CPU a request; the bare hop’s thread takes ${micros(bareServing)}`,
    },
    {
      what: `${cores} cores that never idle`,
      perSecond: (cores * 1e6) / (own + rig),
      ratio: (cores * 1e6) / (own + rig) / bare,
      arithmetic: `${micros(own)} a request for all our threads and ${micros(rig)} for load generator and upstream`,
    },
    {
      what: 'the bare hop, of HAProxy',
      perSecond: bare,
      ratio: pairedRatio(perSecond('bare-hop'), perSecond('haproxy')),
      arithmetic: 'measured: no Node gateway on this stack is nearer to it',
    },
    {
      what: 'the bare hop, of Portkey',
      perSecond: bare,
      ratio: pairedRatio(perSecond('bare-hop'), perSecond('portkey')),
      arithmetic: 'measured: no Node gateway on this stack is further from it',
    },
  ];
  return limits.filter((limit) => !Number.isNaN(limit.ratio));
};
