// Sends spans and metrics by OTLP over HTTP, as JSON (https://opentelemetry.io/docs/specs/otlp/). A queue with a bound in
// front of a collector that may be slow or gone: what finds no room is dropped and counted, and nobody waits.
import { BoundedQueue } from '@weighbridge/kernel';
import type { Metric, Registry, Series } from './registry.ts';
import type { Span } from './spans.ts';
import type { Say } from '../logging/events.ts';

const QUEUED_MOST = 4_096;
const BATCH = 512;
const DEADLINE_MS = 10_000;

export interface OtlpOptions {
  /** Without `/v1/traces`. */
  readonly endpoint: string;
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  readonly resource: Readonly<Record<string, string>>;
  readonly say: Say;
}

export interface OtlpState {
  readonly sent: number;
  readonly dropped: number;
  readonly waiting: number;
  readonly problem: string | null;
}

export class Otlp {
  readonly #options: OtlpOptions;
  readonly #queue = new BoundedQueue<Span>(QUEUED_MOST);
  readonly #started = Date.now();
  #sent = 0;
  #dropped = 0;
  #problem: string | null = null;
  #flushing = false;

  constructor(options: OtlpOptions) {
    this.#options = options;
  }

  take(span: Span): void {
    if (!this.#queue.push(span)) this.#dropped += 1;
  }

  state(): OtlpState {
    return { sent: this.#sent, dropped: this.#dropped, waiting: this.#queue.length, problem: this.#problem };
  }

  /** Sends what waits, batch by batch; what a collector does not take is dropped, so that newer spans have room. */
  async flush(): Promise<void> {
    if (this.#flushing) return;
    this.#flushing = true;
    try {
      for (let batch = this.#batch(); batch.length > 0; batch = this.#batch()) {
        const spans = { resourceSpans: [{ resource: this.#resource(), scopeSpans: [{ scope: SCOPE, spans: batch }] }] };
        if (await this.#post('/v1/traces', spans)) this.#sent += batch.length;
        else this.#dropped += batch.length;
      }
    } finally {
      this.#flushing = false;
    }
  }

  /** All metrics as they stand, cumulative since the start. */
  async metrics(registry: Registry): Promise<void> {
    const metrics = registry.metrics.filter(({ series }) => series.size > 0).map((metric) => this.#metric(metric));
    if (metrics.length === 0) return;
    await this.#post('/v1/metrics', {
      resourceMetrics: [{ resource: this.#resource(), scopeMetrics: [{ scope: SCOPE, metrics }] }],
    });
  }

  #batch(): Span[] {
    const batch: Span[] = [];
    for (let span = this.#queue.shift(); span !== undefined; span = this.#queue.shift()) {
      batch.push(span);
      if (batch.length === BATCH) break;
    }
    return batch;
  }

  #resource(): object {
    return {
      attributes: Object.entries(this.#options.resource).map(([key, stringValue]) => ({ key, value: { stringValue } })),
    };
  }

  #metric({ family, series }: Metric): object {
    const { name, help: description, kind, labels, buckets = [] } = family;
    const times = { startTimeUnixNano: `${this.#started}000000`, timeUnixNano: `${Date.now()}000000` };
    const of = ({ labels: values }: Series) =>
      labels.map((key, index) => ({ key, value: { stringValue: values[index] ?? '' } }));
    const points = [...series.values()].map((one) =>
      kind === 'histogram'
        ? {
            ...times,
            attributes: of(one),
            count: String(one.count),
            sum: one.sum,
            bucketCounts: one.counts.map(String),
            explicitBounds: buckets,
          }
        : { ...times, attributes: of(one), asDouble: one.value },
    );
    if (kind === 'histogram')
      return { name, description, histogram: { aggregationTemporality: 2, dataPoints: points } };
    if (kind === 'gauge') return { name, description, gauge: { dataPoints: points } };
    return { name, description, sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: points } };
  }

  async #post(path: string, body: object): Promise<boolean> {
    try {
      const headers = { ...(await this.#options.headers()), 'content-type': 'application/json' };
      const answer = await fetch(`${this.#options.endpoint}${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      await answer.body?.cancel();
      if (!answer.ok) return this.#failed(`answered with ${answer.status}`);
      if (this.#problem !== null)
        this.#options.say('telemetry: the collector takes spans again', 'telemetry.collector_well');
      this.#problem = null;
      return true;
    } catch (error) {
      return this.#failed(error instanceof Error ? error.name : 'unknown');
    }
  }

  #failed(problem: string): false {
    if (this.#problem === null)
      this.#options.say(
        `telemetry: the collector does not take what is sent (${problem}); it is dropped and counted`,
        'telemetry.collector_failed',
      );
    this.#problem = problem;
    return false;
  }
}

const SCOPE = { name: 'weighbridge' };
