// A witness in a process of its own: the command that a buyer, seller or auditor runs.
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CLEAN_ENVIRONMENT, ended, LEASH } from '../stand/start-instance.ts';

export interface WitnessProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly vkey: string;
}

export interface WitnessOptions {
  readonly homeFolder: string;
  readonly name: string;
  /** File with the log's public key. */
  readonly logKey: string;
  /** 0: any. */
  readonly port: number;
}

const MAIN = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const SAID_BYTES = 8_192;

/** Resolves once it stands, or with its last words when it ends before that. */
export function startWitness(given: WitnessOptions): Promise<WitnessProcess | { readonly refused: string }> {
  const { homeFolder, name, logKey, port } = given;
  const asked = ['--home', homeFolder, '--name', name, '--key', logKey, '--port', String(port), '--json'];
  const child = spawn(process.execPath, [...LEASH, MAIN, 'witness', ...asked], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: CLEAN_ENVIRONMENT,
  });
  child.stdin.on('error', () => undefined); // It is gone; its exit tells the story.
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-SAID_BYTES)));
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ refused: `it ended with ${code ?? signal}: ${said.trim()}` }));
    createInterface({ input: child.stdout }).once('line', (line) => {
      const { url, vkey } = JSON.parse(line) as Pick<WitnessProcess, 'url' | 'vkey'>;
      resolve({ child, url, vkey });
    });
  });
}

export async function endWitness({ child }: Pick<WitnessProcess, 'child'>): Promise<void> {
  child.kill('SIGCONT');
  child.kill('SIGKILL');
  await ended(child);
}
