// The measurements of the frontier: one rate at one subject, the edges of a subject on a ladder of rates, and how many
// streams run at once without a frame lost or late. What a subject adds is its p99 less that of the upstream alone at the
// same rate, measured once in the same run.
import { SMALL, modelName, requestBody } from './bodies.ts';
import { climb } from './frontier-climb.ts';
import { BOUNDS_MS, type Ladder, type Round, type StreamCount } from './frontier-figures.ts';
import type { Job } from './load.ts';
import type { OpenResult } from './load-open.ts';
import type { StreamResult } from './load-streams.ts';
import type { Subject } from './peers.ts';
import { withServing, type Loader } from './process.ts';
import { DELTAS, GAP_MS } from './streams.ts';

export const DIALECT = 'openai-chat';
export const small = { delayMs: 0, bytes: SMALL };
export const streamed = { delayMs: GAP_MS, bytes: SMALL };
/** Bytes of a prompt; 50 and 100 thousand tokens at four bytes each. */
const PROMPTS = [200_000, 400_000] as const;
const CONNECTIONS = 512;
/** Beyond this a step ends the ladder of a subject: it is over its edge. */
const OVER_MS = 60;
/** Of what was due, at least so much has to be answered. */
const ANSWERED = 0.95;
const STREAM_COUNTS = [100, 250, 500, 1000, 2000] as const;
/** A frame later than this at the ninety-ninth percentile is late: two and a half gaps of the stream. */
const LATE_MS = 50;
/** So late no higher count is tried, though none was lost: what waits is bounded by memory alone. */
const DROWNED_MS = 1_000;
/** A subject that was over its edge works off what waits in it before anything else is measured. */
const RECOVER_MS = 15_000;

interface Workload {
  readonly name: Ladder['workload'];
  /** Prompt and stream of each request in turn. */
  readonly requests: readonly (readonly [bytes: number, stream: boolean])[];
  readonly rates: readonly number[];
}

const ladder = (from: number, to: number, by: number): number[] => {
  const rates: number[] = [];
  for (let rate = from; rate <= to; rate *= by) rates.push(Math.round(rate));
  return rates;
};

export const WORKLOADS: readonly Workload[] = [
  { name: 'small', requests: [[SMALL, false]], rates: ladder(50, 60_000, 1.35) },
  {
    name: 'prompts',
    requests: [
      [PROMPTS[0], false],
      [PROMPTS[1], true],
    ],
    rates: ladder(5, 3_000, 1.35),
  },
];

export interface Lengths {
  readonly rounds: number;
  readonly warmupMs: number;
  readonly measureMs: number;
}

const targetOf = (subject: Subject) => ({
  port: subject.port,
  path: subject.path(DIALECT),
  headers: subject.headers(DIALECT),
});

/** The bodies of a workload, as this subject names the model. */
const bodiesOf = (subject: Subject, { requests }: Workload): readonly [string, string | null] => {
  const [first = '', second = null] = requests.map(([bytes, stream]) =>
    requestBody(DIALECT, subject.model(modelName(stream ? streamed : small)), bytes, stream),
  );
  return [first, second];
};

export class Frontier {
  readonly #loader: Loader;
  readonly #upstream: Subject;
  readonly #lengths: Lengths;
  readonly #say: (line: string) => void;
  /** p99 of the upstream alone, by workload and rate. */
  readonly #alone = new Map<string, number>();

  constructor(loader: Loader, upstream: Subject, lengths: Lengths, say: (line: string) => void) {
    this.#loader = loader;
    this.#upstream = upstream;
    this.#lengths = lengths;
    this.#say = say;
  }

  /** Under load, so that none is measured while its code is compiled. */
  async warm(subject: Subject): Promise<void> {
    for (const workload of WORKLOADS) {
      const [body] = bodiesOf(subject, workload);
      await this.#loader.run({
        kind: 'hop',
        ...targetOf(subject),
        body,
        connections: 16,
        warmupMs: 0,
        measureMs: 4_000,
      });
    }
  }

  async ladderOf(subject: Subject, workload: Workload): Promise<Ladder> {
    const found = await climb<Round>({
      rates: workload.rates,
      bounds: BOUNDS_MS,
      overMs: OVER_MS,
      rounds: this.#lengths.rounds,
      measure: (rate) => this.#round(subject, workload, rate),
    });
    return {
      subject: subject.name,
      workload: workload.name,
      steps: [...found].map(([rate, rounds]) => ({ rate, rounds })),
    };
  }

  async #round(subject: Subject, workload: Workload, rate: number): Promise<Round> {
    const alone = await this.#baseline(workload, rate);
    const { result, seconds } = await withServing(subject, () => this.#open(subject, workload, rate));
    const added = Math.round((result.first.p99 - alone) * 100) / 100;
    const broken = result.failed > 0 || result.answered < ANSWERED;
    this.#say(
      `${workload.name} ${subject.name} ${rate}/s: carried ${Math.round(result.perSecond)}, p99 ${result.first.p99} ms, adds ${added}${broken ? `, broken: ${result.failed} failed ${result.sample ?? ''}` : ''}`,
    );
    if (broken || added > OVER_MS) await this.#recovered(subject, workload);
    return {
      carried: Math.round(result.perSecond),
      answered: result.answered,
      p50: result.first.p50,
      p99: result.first.p99,
      added,
      broken,
      servingMicros: (seconds * 1e6) / result.ended,
      failed: result.failed,
      sample: result.sample,
    };
  }

  async #recovered(subject: Subject, workload: Workload): Promise<void> {
    const [body] = bodiesOf(subject, workload);
    const gentle = { connections: 4, rate: 10, warmupMs: 0, measureMs: 400 };
    const deadline = performance.now() + RECOVER_MS;
    while (performance.now() < deadline) {
      const job: Job = { kind: 'open', ...targetOf(subject), body, second: null, ...gentle };
      const { failed, answered, first } = (await this.#loader.run(job)) as OpenResult;
      if (failed === 0 && answered === 1 && first.p99 < LATE_MS) return;
    }
  }

  async #baseline(workload: Workload, rate: number): Promise<number> {
    const key = `${workload.name} ${rate}`;
    const known = this.#alone.get(key);
    if (known !== undefined) return known;
    const { first } = await this.#open(this.#upstream, workload, rate);
    this.#alone.set(key, first.p99);
    return first.p99;
  }

  async #open(subject: Subject, workload: Workload, rate: number): Promise<OpenResult> {
    const { warmupMs, measureMs } = this.#lengths;
    const [body, second] = bodiesOf(subject, workload);
    const connections = Math.min(CONNECTIONS, Math.max(32, Math.ceil(rate * 1.5)));
    const job = { kind: 'open', ...targetOf(subject), body, second, connections, rate, warmupMs, measureMs } as const;
    return (await this.#loader.run(job)) as OpenResult;
  }

  /** Counts upwards until frames are lost, or until they are so late that more would only wait. */
  async streamsOf(subject: Subject): Promise<readonly StreamCount[]> {
    const counts: StreamCount[] = [];
    const body = requestBody(DIALECT, subject.model(modelName(streamed)), SMALL, true);
    for (const connections of STREAM_COUNTS) {
      const job = {
        kind: 'streams',
        ...targetOf(subject),
        body,
        connections,
        each: 2,
        deltas: DELTAS,
        gapMs: GAP_MS,
      } as const;
      const run = (await this.#loader.run(job)) as StreamResult;
      const whole = run.lost + run.duplicated + run.failed === 0;
      counts.push({
        subject: subject.name,
        streams: connections,
        whole,
        inTime: whole && run.transit.p99 <= LATE_MS,
        lost: run.lost,
        failed: run.failed,
        first: run.firstToken.p50,
        gapP99: run.jitter.p99,
        delayP99: run.transit.p99,
        sample: run.sample,
      });
      this.#say(
        `streams ${subject.name} ${connections}: ${whole ? 'whole' : 'not whole'}, p99 ${run.transit.p99} ms, lost ${run.lost}`,
      );
      if (!whole || run.transit.p99 > DROWNED_MS) break;
    }
    return counts;
  }
}
