// The processes of a soak: started, told to end by their id, and awaited. Whatever is still there when this one ends is
// ended with it.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export interface Running {
  readonly pid: number;
  /** The first line on its standard output. Rejects when it ends without one. */
  readonly firstLine: Promise<string>;
  /** Its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** The end of what it said on standard error. */
  said(): string;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

const SAID_MOST = 8_192;
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/weighbridge', import.meta.url));

/** `onLine` hears each line on its standard output. */
export function startNode(args: readonly string[], onLine: (text: string) => void = () => undefined): Running {
  // As the launcher scrubs it: no credential of the caller reaches what is started here.
  const env = { NODE_COMPILE_CACHE: CACHE };
  const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
  children.add(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-SAID_MOST)));
  const ended = once(child, 'close').then(([code]) => {
    children.delete(child);
    return code as number | null;
  });
  const lines = createInterface({ input: child.stdout }).on('line', onLine);
  const line = once(lines, 'line').then(([text]) => text as string);
  const silent = ended.then((code): never => {
    throw new Error(`${args.join(' ')} ended with ${code}:\n${said}`);
  });
  const firstLine = Promise.race([line, silent]);
  firstLine.catch(() => undefined); // Whoever cares awaits it.
  return { pid: child.pid ?? 0, firstLine, ended, said: () => said, kill: (signal) => void child.kill(signal) };
}
