// A server of its own folder in front of the lab, in this process, for tests. The lab is imported by path of its
// package name: tests may see it, the product may not.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labConfiguration, startLab, type RunningLab } from '@weighbridge/lab';
import { checkConfigFile, startServer, type RunningServer, type ServerOptions } from '@weighbridge/server';

export interface Bench {
  readonly folder: string;
  readonly lab: RunningLab;
  /** The configuration that the lab offers, as plain data to change. */
  readonly configuration: Raw;
  /** Starts a server on a configuration file of its own; `name` tells several in one folder apart. */
  start(options?: Partial<ServerOptions> & StartOptions): Promise<Started>;
  close(): Promise<void>;
}

export interface StartOptions {
  readonly name?: string;
  /** With the tables of the log, embedded: they come up seconds after the server listens. */
  readonly tables?: boolean;
  readonly change?: (raw: Raw) => void;
}

/** Configuration before it is checked. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Raw = Record<string, any>;

export interface Started {
  readonly server: RunningServer;
  /** The configuration file; JSON is YAML. */
  readonly file: string;
  readonly said: string[];
  write(change: (raw: Raw) => void): void;
}

export async function openBench(
  latency: { ttft_ms: number; gap_ms: number } = { ttft_ms: 2, gap_ms: 1 },
): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-server-'));
  const lab = await startLab({ folder: join(folder, 'lab'), seed: 7, latency: { mode: 'fixed', ...latency } });
  const offered = labConfiguration(lab.endpoints) as Raw;
  const names = ['other', 'short-lived', 'ada', 'gone'];
  const configuration = {
    ...offered,
    // Making an embedded database takes seconds: tests that are about the tables ask for them.
    projections: 'off',
    keys: { ...offered['keys'], ...Object.fromEntries(names.map((name) => [name, {}])) },
  };
  const running: RunningServer[] = [];
  return {
    folder,
    lab,
    configuration,
    start: async ({ name = 'home', tables = false, change, ...options } = {}) => {
      const file = join(folder, `${name}.yaml`);
      const said: string[] = [];
      const write = (edit: (raw: Raw) => void): void => {
        const raw: Raw = structuredClone(configuration);
        if (tables) delete raw['projections'];
        change?.(raw);
        edit(raw);
        writeFileSync(file, JSON.stringify(raw, null, 2));
      };
      write(() => undefined);
      const server = await startServer({
        load: () => checkConfigFile(file, Date.now()),
        file,
        homeFolder: join(folder, name),
        port: 0,
        trust: lab.endpoints.caFile,
        drainMs: 10_000,
        say: (message) => said.push(message),
        ...options,
      });
      running.push(server);
      return { server, file, said, write };
    },
    close: async () => {
      for (const server of running) await server.stop();
      await lab.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly receipt: string | null;
  readonly text: string;
}

/** One Messages call; the whole answer as text. */
export async function call(origin: string, key: string, more: Raw = {}): Promise<Answer> {
  const body = { model: 'claude-sonnet-4-5', max_tokens: 32, messages: [{ role: 'user', content: 'Hello' }], ...more };
  const headers = { 'content-type': 'application/json', 'x-api-key': key, 'anthropic-version': '2023-06-01' };
  const answer = await fetch(`${origin}/v1/messages`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, receipt: answer.headers.get('weighbridge-receipt'), text: await answer.text() };
}

/** Looks again until it holds; the deadline is the test's claim. */
export async function until<Value>(
  what: string,
  within: number,
  look: () => Value | undefined | Promise<Value | undefined>,
): Promise<Value> {
  const deadline = performance.now() + within;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${within} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A named pipe: whoever reads it waits for a writer. */
export const makePipe = (path: string): void => void execFileSync('sh', ['-c', 'mkfifo "$0"', path]);
