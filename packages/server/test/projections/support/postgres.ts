// A PostgreSQL 15 server of its own folder, port and processes, from Debian's package, for as long as one test file runs.
// The server refuses to run as root, so root hands it to the user that the package made.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@weighbridge/kernel';

const BIN = '/usr/lib/postgresql/15/bin';

export interface Postgres {
  readonly url: string;
  /** Ends it at once. */
  kill(): Promise<void>;
  /** Starts it again, on the same port. */
  again(): Promise<void>;
  stop(): Promise<void>;
}

/** Why there is none here; false where there is. On the build machine its absence is a failure, not a reason to skip. */
export const postgresMissing: false | string =
  existsSync(join(BIN, 'postgres')) || process.env['CI'] === 'true'
    ? false
    : `PostgreSQL 15 is not installed (apt-get install postgresql-15): ${BIN}/postgres is not there`;

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

function ownerOf(): Owner {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }).trim());
  return { uid: id('-u'), gid: id('-g') };
}

export async function startPostgres(): Promise<Postgres> {
  const owner = ownerOf();
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-postgres-'));
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const options = ['-D', data, '-U', 'weighbridge', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(join(BIN, 'initdb'), options, { ...owner, cwd: folder, stdio: 'pipe' });
  const port = await freePort();
  const settings = ['fsync=off', 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`];
  const words = ['-D', data, '-p', String(port), ...settings.flatMap((each) => ['-c', each])];
  const begin = async (): Promise<ChildProcess> => {
    const begun = spawn(join(BIN, 'postgres'), words, { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    await ready(begun);
    return begun;
  };
  let server = await begin();
  const end = async (signal: 'SIGINT' | 'SIGQUIT'): Promise<void> => {
    if (server.exitCode === null && server.signalCode === null) {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill(signal);
      await ended;
    }
  };
  return {
    url: `postgresql://weighbridge@127.0.0.1:${port}/postgres`,
    kill: () => end('SIGQUIT'),
    again: async () => {
      server = await begin();
    },
    stop: async () => {
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    server.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      if (said.includes('ready to accept connections')) resolve();
    });
    server.once('exit', (code) =>
      reject(new AppError('DATABASE_UNAVAILABLE', `PostgreSQL ended with ${code}: ${said}`)),
    );
  });
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
