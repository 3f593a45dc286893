// What a number was measured on: it means nothing without.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { createRequire } from 'node:module';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly undici: string;
  readonly haproxy: string;
  readonly portkey: string;
  readonly commit: string;
  readonly at: string;
  /** One-minute load average before the start: says whether somebody else was at work. */
  readonly loadBefore: number;
}

const output = (command: string, args: readonly string[]): string | null => {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
};

const versionOf = (file: string): string =>
  (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;

const installed = (file: URL): string => {
  try {
    return versionOf(file.pathname);
  } catch {
    return 'not installed';
  }
};

const commit = (): string => {
  const head = output('git', ['rev-parse', '--short=12', 'HEAD']);
  if (head === null) return 'no repository';
  const changed = output('git', ['status', '--porcelain', '--', 'packages', 'bench']);
  return changed === '' ? head : `${head} with changes not committed`;
};

export const describeMachine = (): Machine => {
  const all = cpus();
  return {
    cpu: all[0]?.model ?? 'unknown',
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    undici: versionOf(createRequire(import.meta.url).resolve('undici/package.json')),
    haproxy: output('haproxy', ['-v'])?.split('\n')[0]?.replace(/ - .*/, '') ?? 'not installed',
    portkey: installed(new URL('node_modules/@portkey-ai/gateway/package.json', import.meta.url)),
    commit: commit(),
    at: new Date().toISOString(),
    loadBefore: loadavg()[0] ?? 0,
  };
};
