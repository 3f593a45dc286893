// Closed loop: each connection sends, waits for the whole answer, sends again. What is not a 200 counts as failed.
import type { Socket } from 'node:net';
import { isOk, openAll, requestBytes, wait, type Target } from './load-socket.ts';
import { Samples, type Spread } from './samples.ts';
import { MessageScanner } from './wire.ts';

export interface HopJob extends Target {
  readonly kind: 'hop';
  readonly warmupMs: number;
  readonly measureMs: number;
}

export interface HopResult {
  readonly kind: 'hop';
  readonly perSecond: number;
  readonly latency: Spread;
  /** Answers that were not 200, and connections lost. */
  readonly failed: number;
  /** The first failure, bounded. */
  readonly sample: string | null;
}

const SAMPLE_CHARS = 1000;

interface Tally {
  readonly latency: Samples;
  phase: 'warm' | 'measure' | 'over';
  done: number;
  failed: number;
  sample: string | null;
}

const fail = (tally: Tally, why: string): void => {
  if (tally.phase === 'over') return;
  tally.failed += 1;
  tally.sample ??= why.slice(0, SAMPLE_CHARS);
};

const drive = (socket: Socket, bytes: Buffer, tally: Tally): void => {
  let sent = 0;
  let head = '';
  let text = '';
  const send = (): void => {
    sent = performance.now();
    socket.write(bytes);
  };
  const scanner = new MessageScanner({
    head: (value) => {
      head = value;
      text = '';
    },
    body: (chunk) => {
      if (!isOk(head) && text.length < SAMPLE_CHARS) text += chunk.toString();
    },
    end: () => {
      if (!isOk(head)) fail(tally, `${head}\n${text}`);
      else if (tally.phase === 'measure') {
        tally.latency.add(performance.now() - sent);
        tally.done += 1;
      }
      if (tally.phase !== 'over') send();
    },
  });
  socket.on('data', (chunk) => scanner.push(chunk as Buffer));
  socket.on('error', (error) => fail(tally, String(error)));
  socket.on('close', () => fail(tally, 'the connection was closed'));
  send();
};

export const runHop = async (job: HopJob): Promise<HopResult> => {
  const bytes = requestBytes(job);
  const tally: Tally = { latency: new Samples(), phase: 'warm', done: 0, failed: 0, sample: null };
  const sockets = await openAll(job);
  for (const socket of sockets) drive(socket, bytes, tally);
  await wait(job.warmupMs);
  tally.phase = 'measure';
  const from = performance.now();
  await wait(job.measureMs);
  const seconds = (performance.now() - from) / 1000;
  tally.phase = 'over';
  for (const socket of sockets) socket.destroy();
  const { latency, done, failed, sample } = tally;
  return { kind: 'hop', perSecond: done / seconds, latency: latency.spread(), failed, sample };
};
