// Telemetry as the rest of the instance sees it: off unless the configuration asks for it; then a thread that follows the log,
// and a page of metrics to which the instance adds what it knows of itself. A thread that dies is said, and takes nobody along.
import { createHash, timingSafeEqual } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { AppError } from '@weighbridge/kernel';
import { createSecretReader } from '@weighbridge/gateway';
import type { Config } from '@weighbridge/protocol';
import { processEnvironment } from '../config/environment.ts';
import type { Stores } from '../admin/stores.ts';
import { createCaller } from '../lanes/thread-calls.ts';
import { causeWords } from '../logging/cause.ts';
import { heard, type Say } from '../logging/events.ts';
import { placeOf } from '../logging/open-log.ts';
import { writeCallLines } from './call-lines.ts';
import type { TelemetryMessage, TelemetrySetup } from './telemetry-thread.ts';

const ANSWER_MS = 5_000;
const CLOSE_MS = 12_000;

export interface Telemetry {
  /** Null: nobody may ask. Throws SESSION_MISSING for a wrong token, LANE_BUSY. `authorization`: the header as it came. */
  readonly text: ((authorization: string | undefined) => Promise<string>) | null;
  close(): Promise<void>;
}

export function openTelemetry(
  { home, journal }: Pick<Stores, 'home' | 'journal'>,
  config: Config,
  say: Say,
): Telemetry {
  const { prometheus, otlp } = config.telemetry;
  const { calls } = config.logging;
  if (prometheus === undefined && otlp === undefined && calls === 'off')
    return { text: null, close: () => Promise.resolve() };
  const resource = placeOf(config);
  const from = journal.checkpoint().size;
  const setup: TelemetrySetup = { journal: home.journal, from, vault: home.vault, otlp: otlp ?? null, calls, resource };
  const worker = new Worker(new URL('./telemetry-thread.ts', import.meta.url), {
    name: 'telemetry',
    workerData: setup,
  });
  const thread = createCaller(worker, 'telemetry', 'LANE_BUSY');
  let closing = false;
  worker.on('message', (message: Partial<TelemetryMessage>) => {
    heard(message, say);
    if (message.callLines === undefined) return;
    writeCallLines(message.callLines, say);
    thread.ask('taken', undefined, ANSWER_MS).catch(() => undefined); // Its end is said by itself.
  });
  worker.on('error', (error: Error) => {
    thread.fail(new AppError('LANE_BUSY', `telemetry ended: ${error.message}`));
    const what = `telemetry ended: ${causeWords(error)}; calls go on, nothing is measured until the next start`;
    if (!closing) say(what, 'telemetry.ended');
  });
  const text = async (authorization: string | undefined): Promise<string> => {
    if (prometheus?.token !== undefined) await mustKnow(prometheus.token, authorization);
    return thread.ask<string>('text', undefined, ANSWER_MS);
  };
  return {
    text: prometheus === undefined ? null : text,
    close: async () => {
      closing = true;
      await thread.ask('close', undefined, CLOSE_MS).catch(() => undefined);
      await worker.terminate();
    },
  };
}

async function mustKnow(
  token: NonNullable<NonNullable<Config['telemetry']['prometheus']>['token']>,
  given = '',
): Promise<void> {
  const wanted = `Bearer ${await createSecretReader(processEnvironment())(token)}`;
  const [a, b] = [wanted, given].map((text) => createHash('sha256').update(text).digest());
  if (a !== undefined && b !== undefined && timingSafeEqual(a, b)) return;
  throw new AppError('SESSION_MISSING', 'metrics are told to whoever has the token of `telemetry.prometheus`', {
    next: 'send `authorization: Bearer …` with the secret that it names',
  });
}
