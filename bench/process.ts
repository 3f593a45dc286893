// Child processes of the bench: started on chosen cores, awaited until they listen, measured from /proc, ended by id.
// Whatever is started here is ended when the bench ends, however it ends.
import assert from 'node:assert/strict';
import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Job, Result } from './load.ts';

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

/** Cores as `taskset -c` writes them; null: wherever the scheduler likes. */
export type Cores = string | null;

export interface Started {
  readonly pid: number;
  /** Output so far, bounded: for messages when something fails. */
  output(): string;
  /** Settles when `pattern` shows in the output; fails when the process ends first or time runs out. */
  until(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray>;
  stop(): Promise<void>;
}

export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly cores: Cores;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

const OUTPUT_LIMIT = 64_000;
const STOP_MS = 5_000;

export const start = ({ command, args, cores, env, cwd }: Start): Started => {
  const line = cores === null ? [command, ...args] : ['taskset', '-c', cores, command, ...args];
  const [program = command, ...rest] = line;
  const child = spawn(program, rest, { env: env ?? process.env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let text = '';
  let asked = false;
  const watchers = new Set<() => void>();
  const take = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-OUTPUT_LIMIT);
    for (const watch of watchers) watch();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => take(Buffer.from(String(error))));
    child.once('close', (code, signal) => {
      children.delete(child);
      if (!asked) process.stderr.write(`${line.join(' ')} ended by itself (${signal ?? code}):\n${text}\n`);
      for (const watch of watchers) watch();
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    output: () => text,
    until: (pattern, timeoutMs) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          clearTimeout(timer);
          watchers.delete(watch);
        };
        const watch = (): void => {
          const match = pattern.exec(text);
          if (match !== null) resolve(match);
          else if (children.has(child)) return;
          else reject(new assert.AssertionError({ message: `${line.join(' ')} ended:\n${text}` }));
          leave();
        };
        const timer = setTimeout(() => {
          leave();
          reject(new assert.AssertionError({ message: `${line.join(' ')} not ready after ${timeoutMs} ms:\n${text}` }));
        }, timeoutMs);
        watchers.add(watch);
        watch();
      }),
    stop: async () => {
      asked = true;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
};

/** A port that was free a moment ago. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** Waits until something accepts connections on `port`. */
export const untilOpen = async (port: number, started: Started, timeoutMs: number): Promise<void> => {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('close', () => socket.destroy());
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    assert.ok(performance.now() < deadline, `nothing listens on ${port} after ${timeoutMs} ms:\n${started.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** CPU time of a process, all threads, in seconds, and its resident memory in MiB. */
export const spent = (pid: number): { readonly cpuSeconds: number; readonly rssMiB: number } => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const rss = /VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? '0';
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100, rssMiB: Number(rss) / 1024 };
};

/** Threads of a process that serve requests: those whose name begins so; null: its main thread. */
const servingThreads = (pid: number, serving: string | null): readonly string[] =>
  readdirSync(`/proc/${pid}/task`).filter((thread) =>
    serving === null
      ? thread === String(pid)
      : readFileSync(`/proc/${pid}/task/${thread}/comm`, 'latin1').startsWith(serving),
  );

/** CPU seconds that the serving threads of a process have used, to a nanosecond; NaN where the system does not tell. */
const servingSeconds = (pid: number, serving: string | null): number => {
  if (process.platform !== 'linux') return Number.NaN;
  const used = servingThreads(pid, serving).map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ', 1)[0]),
  );
  return used.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e9;
};

/** CPU seconds that the serving threads of a process used meanwhile, and how many cores that was. */
export const withServing = async <T>(
  { pid, serving }: { readonly pid: number; readonly serving: string | null },
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly seconds: number; readonly cores: number }> => {
  const from = performance.now();
  const before = servingSeconds(pid, serving);
  const result = await work();
  const seconds = servingSeconds(pid, serving) - before;
  return { result, seconds, cores: (seconds * 1000) / (performance.now() - from) };
};

/**
 * Gives the thread that serves requests a core, and the process's other threads (garbage collection, compilation, and
 * in ours the recorder) the rest. `serving`: the beginning of its name; null: the main thread.
 */
export const pinThreads = (pid: number, serving: string | null, core: string, rest: string): void => {
  const serve = new Set(servingThreads(pid, serving));
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    execFileSync('taskset', ['-pc', serve.has(thread) ? core : rest, thread], { stdio: 'ignore' });
  }
};

export interface Loader {
  readonly pid: number;
  run(job: Job): Promise<Result>;
  stop(): void;
}

/** The load generator as its own process, kept for the whole run so that its code is warm for every subject. */
export const startLoader = (cores: Cores): Loader => {
  const path = new URL('load.ts', import.meta.url).pathname;
  const child =
    cores === null
      ? fork(path, { stdio: 'inherit' })
      : fork(path, { stdio: 'inherit', execPath: 'taskset', execArgv: ['-c', cores, process.execPath] });
  children.add(child);
  return {
    pid: child.pid ?? 0,
    run: (job) =>
      new Promise((resolve, reject) => {
        const ended = (code: number | null): void =>
          reject(new assert.AssertionError({ message: `the load generator ended with ${code}` }));
        child.once('exit', ended);
        child.once('message', (result) => {
          child.removeListener('exit', ended);
          resolve(result as Result);
        });
        child.send(job);
      }),
    stop: () => {
      children.delete(child);
      child.kill('SIGTERM');
    },
  };
};
