// Telemetry in a thread of its own: follows the log, counts, makes spans and sends them. Nothing waits for it; one that is
// behind says by how much. Its priority is that of what can wait.
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { createSecretReader } from '@weighbridge/gateway';
import { invariant, toAppError } from '@weighbridge/kernel';
import { openJournal } from '@weighbridge/journal';
import type { TelemetryConfig } from '@weighbridge/protocol';
import { processEnvironment } from '../config/environment.ts';
import { answerCalls } from '../lanes/thread-calls.ts';
import { createCallMetrics } from './call-metrics.ts';
import { Otlp } from './otlp.ts';
import { CallsFollowed } from './seen-call.ts';
import { isSampled, spansOf, traceIdOf } from './spans.ts';

export interface TelemetrySetup {
  readonly journal: string;
  readonly vault: string;
  readonly otlp: NonNullable<TelemetryConfig['otlp']> | null;
  readonly resource: Readonly<Record<string, string>>;
}

export interface TelemetryMessage {
  readonly say: string;
}

const LOOK_MS = 500;

invariant(parentPort !== null, 'telemetry runs in a thread of its own');
runTelemetry(workerData as TelemetrySetup, parentPort);

function runTelemetry(
  { journal: folder, vault, otlp, resource }: TelemetrySetup,
  port: NonNullable<typeof parentPort>,
): void {
  const say = (message: string): void => port.postMessage({ say: message } satisfies TelemetryMessage);
  const journal = openJournal(folder, { vault });
  const followed = new CallsFollowed(journal);
  const metrics = createCallMetrics();
  const exporter =
    otlp === null
      ? null
      : new Otlp({ endpoint: otlp.endpoint.replace(/\/+$/, ''), headers: headersOf(otlp), resource, say });
  const sent = metrics.registry.counter('weighbridge_telemetry_spans_sent_total', 'Spans that the collector took');
  const dropped = metrics.registry.counter(
    'weighbridge_telemetry_spans_dropped_total',
    'Spans that found no room, or no collector',
  );
  const behind = metrics.registry.gauge(
    'weighbridge_telemetry_behind_entries',
    'Entries of the log that were not looked at yet',
  );
  const standing = (): void => {
    behind.set({}, followed.behind());
    const state = exporter?.state();
    sent.set({}, state?.sent ?? 0);
    dropped.set({}, state?.dropped ?? 0);
  };
  let busy = false;
  const follow = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      const take = {
        alert: (kind: string) => metrics.alert(kind),
        call: (seen: Parameters<typeof metrics.take>[0]) => {
          metrics.take(seen);
          if (exporter !== null && isSampled(traceIdOf(seen), otlp?.sample ?? 1))
            for (const span of spansOf(seen)) exporter.take(span);
        },
      };
      while (followed.turn(take)) await setImmediate();
      await exporter?.flush();
    } catch (error) {
      say(`telemetry: ${toAppError(error).message}`);
    } finally {
      busy = false;
    }
  };
  const timers = [setInterval(() => void follow(), LOOK_MS)];
  if (exporter !== null && otlp !== null)
    timers.push(
      setInterval(() => {
        standing();
        void exporter.metrics(metrics.registry);
      }, otlp.metrics_seconds * 1000),
    );
  answerCalls(port, {
    text: () => {
      standing();
      return metrics.registry.text();
    },
    close: async () => {
      for (const timer of timers) clearInterval(timer);
      await follow();
      journal.close();
    },
  });
}

/** Read each time: a token that was changed counts at once. */
function headersOf({ headers }: NonNullable<TelemetryConfig['otlp']>): () => Promise<Readonly<Record<string, string>>> {
  const read = createSecretReader(processEnvironment());
  return async () =>
    Object.fromEntries(
      await Promise.all(Object.entries(headers).map(async ([name, secret]) => [name, await read(secret)] as const)),
    );
}
