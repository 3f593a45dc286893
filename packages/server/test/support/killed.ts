// Servers in processes of their own, for tests that kill them: one is started over a home folder, and ended by a signal.
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Instance {
  readonly child: ChildProcess;
  readonly origin: string;
  readonly interrupted: number;
  readonly key: string | null;
}

/** `trust`: the certificate of the lab's clouds. */
export function start(file: string, home: string, trust: string): Promise<Instance> {
  const main = fileURLToPath(new URL('instance.ts', import.meta.url));
  const child = spawn(process.execPath, [main, file, home, trust], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the instance ended with ${code}`)));
    createInterface({ input: child.stdout }).once('line', (line) =>
      resolve({ child, ...(JSON.parse(line) as Omit<Instance, 'child'>) }),
    );
  });
}

export async function end({ child }: Instance, signal: NodeJS.Signals): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}
