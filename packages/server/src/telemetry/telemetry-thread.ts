// Telemetry in a thread of its own: follows the log, counts, makes spans and sends them. Nothing waits for it; one that is
// behind says by how much. Its priority is that of what can wait.
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { createSecretReader } from '@weighbridge/gateway';
import { invariant } from '@weighbridge/kernel';
import { openJournal } from '@weighbridge/journal';
import type { LoggingConfig, TelemetryConfig } from '@weighbridge/protocol';
import { processEnvironment } from '../config/environment.ts';
import { answerCalls } from '../lanes/thread-calls.ts';
import { causeWords } from '../logging/cause.ts';
import { sayTo } from '../logging/events.ts';
import { callLine, CallTeller, type CallLines } from './call-lines.ts';
import { createCallMetrics } from './call-metrics.ts';
import { Otlp } from './otlp.ts';
import type { Registry } from './registry.ts';
import { CallsFollowed, type SeenCall } from './seen-call.ts';
import { isSampled, spansOf, traceIdOf } from './spans.ts';

export interface TelemetrySetup {
  readonly journal: string;
  /** Size of the log when the instance started. */
  readonly from: number;
  readonly vault: string;
  readonly otlp: NonNullable<TelemetryConfig['otlp']> | null;
  /** Which calls are told in the log. */
  readonly calls: LoggingConfig['calls'];
  readonly resource: Readonly<Record<string, string>>;
}

/** Beside what it says. */
export interface TelemetryMessage {
  readonly callLines: CallLines;
}

const LOOK_MS = 500;

invariant(parentPort !== null, 'telemetry runs in a thread of its own');
runTelemetry(workerData as TelemetrySetup, parentPort);

function runTelemetry(
  { journal: folder, from, vault, otlp, calls, resource }: TelemetrySetup,
  port: NonNullable<typeof parentPort>,
): void {
  const say = sayTo(port);
  const journal = openJournal(folder, { vault });
  const followed = new CallsFollowed(journal, from);
  const metrics = createCallMetrics();
  const exporter =
    otlp === null
      ? null
      : new Otlp({ endpoint: otlp.endpoint.replace(/\/+$/, ''), headers: headersOf(otlp), resource, say });
  const standing = standingOf(metrics.registry, followed, exporter);
  const teller = new CallTeller((callLines) => port.postMessage({ callLines } satisfies TelemetryMessage));
  const tellCall = (seen: SeenCall): void => {
    const line = callLine(seen, calls);
    if (line !== null) teller.take(line);
  };
  let busy = false;
  const follow = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      const take = {
        alert: (kind: string) => metrics.alert(kind),
        call: (seen: SeenCall) => {
          metrics.take(seen);
          if (calls !== 'off') tellCall(seen);
          if (exporter !== null && isSampled(traceIdOf(seen), otlp?.sample ?? 1))
            for (const span of spansOf(seen)) exporter.take(span);
        },
      };
      while (followed.turn(take)) await setImmediate();
      await exporter?.flush();
    } catch (error) {
      say(`telemetry: ${causeWords(error)}`, 'telemetry.failed');
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
    taken: () => teller.taken(),
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

/** What telemetry says of itself; told anew each time that somebody looks. */
function standingOf({ counter, gauge }: Registry, followed: CallsFollowed, exporter: Otlp | null): () => void {
  const sent = counter('weighbridge_telemetry_spans_sent_total', 'Spans that the collector took');
  const dropped = counter('weighbridge_telemetry_spans_dropped_total', 'Spans that found no room, or no collector');
  const behind = gauge('weighbridge_telemetry_behind_entries', 'Entries of the log that were not looked at yet');
  return () => {
    behind.set({}, followed.behind());
    const state = exporter?.state();
    sent.set({}, state?.sent ?? 0);
    dropped.set({}, state?.dropped ?? 0);
  };
}

/** Read each time: a token that was changed counts at once. */
function headersOf({ headers }: NonNullable<TelemetryConfig['otlp']>): () => Promise<Readonly<Record<string, string>>> {
  const read = createSecretReader(processEnvironment());
  return async () =>
    Object.fromEntries(
      await Promise.all(Object.entries(headers).map(async ([name, secret]) => [name, await read(secret)] as const)),
    );
}
