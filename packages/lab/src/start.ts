// Starts the lab as a process of its own, so that the gateway meets it as it would meet a cloud: over a socket. The
// child's standard input is a leash: when the parent goes, however it goes, the pipe closes and the child ends.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AppError, type ErrorCode, ERRORS } from '@weighbridge/kernel';
import type { LabEndpoints, LabOptions } from './endpoints.ts';
import type { LabMarket } from './market/market.ts';

const READY_MS = 20_000;
const STOP_MS = 3_000;
const STDERR_BYTES = 8_192;

export interface RunningLab {
  readonly endpoints: LabEndpoints;
  /** Settles once the process is gone, whoever ended it. Waiting for it does not keep the parent's loop alive. */
  readonly ended: Promise<void>;
  /** Ends the process: asks first, kills after three seconds. Calling it twice is fine. */
  stop(): Promise<void>;
}

/**
 * Spawns the lab and resolves when every site listens. Rejects with PORT_TAKEN when `firstPort` does not fit, INTERNAL
 * when the process ends or says nothing within 20 seconds. `market`: what its clouds offer, where that is still being worked
 * out; the process loads meanwhile, and ends untold when that fails.
 */
export async function startLab(options: LabOptions, market?: Promise<LabMarket | undefined>): Promise<RunningLab> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  // The child gets no environment of ours: real credentials must not reach it, nor NODE_OPTIONS change it. Where compiled
  // code is kept it is told, or it would compile itself anew at each start.
  const cache = getCompileCacheDir();
  const env = cache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cache) };
  const child = spawn(process.execPath, [main, '--leash'], { stdio: ['pipe', 'pipe', 'pipe'], env });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_BYTES);
  });
  child.stdin.on('error', () => undefined); // It died before reading; the exit below tells the story.
  try {
    const offered = await market;
    child.stdin.write(`${JSON.stringify({ ...options, ...(offered === undefined ? {} : { market: offered }) })}\n`);
  } catch (error) {
    await stop(child);
    throw error;
  }
  const line = await firstLine(child, () => stderr);
  const endpoints = JSON.parse(line) as LabEndpoints | { readonly error: { code: ErrorCode; message: string } };
  if ('error' in endpoints) {
    await ended(child);
    throw new AppError(endpoints.error.code in ERRORS ? endpoints.error.code : 'INTERNAL', endpoints.error.message);
  }
  // The lab must not keep its parent alive: a parent that ends takes the lab with it.
  child.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) if (pipe instanceof Socket) pipe.unref();
  return { endpoints, ended: ended(child), stop: () => stop(child) };
}

async function firstLine(child: ChildProcess, stderr: () => string): Promise<string> {
  const failed = (why: string): AppError =>
    new AppError('INTERNAL', `the lab did not start: ${why}. ${stderr()}`.trim());
  if (child.stdout === null) throw failed('it has no standard output');
  const lines = createInterface({ input: child.stdout });
  return new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(failed(`no answer within ${READY_MS / 1000} s`));
    }, READY_MS);
    const settle = (run: () => void): void => {
      clearTimeout(timer);
      lines.removeAllListeners();
      child.removeAllListeners('exit');
      run();
    };
    lines.once('line', (line) => settle(() => resolve(line)));
    child.once('error', (error) => settle(() => reject(failed(error.message))));
    child.once('exit', (code, signal) => settle(() => reject(failed(`it ended with ${code ?? signal}`))));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = ended(child);
  child.stdin?.end();
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(timer);
}
