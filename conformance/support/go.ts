// Go programs of this folder, built once per run of a test file. Where there is no Go, or its modules cannot be had, the
// tests skip with that reason on a person's machine; under CI they fail.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const here = new URL('..', import.meta.url).pathname;
const execute = promisify(execFile);
const BUILD_MS = 280_000;

export interface GoProgram {
  /** False, or why its tests cannot run here. */
  readonly skip: string | false;
  readonly path: string;
  /** Runs it and parses the JSON it prints. Rejects when it ends with anything but 0. */
  run(...words: readonly string[]): Promise<Record<string, unknown>>;
}

/** `folder`: the Go module in this folder; `target`: the package in it, or among what it requires. */
export function goProgram(folder: string, least: readonly [number, number], target = '.'): GoProgram {
  const out = mkdtempSync(join(tmpdir(), 'weighbridge-go-'));
  process.once('exit', () => rmSync(out, { recursive: true, force: true }));
  const path = join(out, 'program');
  const skip = reasonToSkip(least) ?? build(folder, target, path);
  const run: GoProgram['run'] = async (...words) => {
    const { stdout } = await execute(path, words, { maxBuffer: 64 * 1024 * 1024 });
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  return { skip, path, run };
}

function reasonToSkip([major, minor]: readonly [number, number]): string | undefined {
  const asked = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' });
  if (asked.error !== undefined || asked.status !== 0)
    return failUnderCi('Go is not installed: install it (Debian: golang-go)');
  const [, had = 0, hadMinor = 0] = /^go(\d+)\.(\d+)/.exec(asked.stdout)?.map(Number) ?? [];
  if (had > major || (had === major && hadMinor >= minor)) return undefined;
  // A distribution's own Go may be older than these modules want; the other module still judges there.
  return `this needs Go ${major}.${minor}, and ${asked.stdout.trim()} is installed`;
}

function build(folder: string, target: string, path: string): string | false {
  try {
    execFileSync('go', ['build', '-mod=readonly', '-o', path, target], {
      cwd: join(here, folder),
      stdio: 'pipe',
      timeout: BUILD_MS,
    });
    return false;
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? error).trim();
    return failUnderCi(`${folder} could not be built; are its modules to be had? ${said.slice(0, 300)}`);
  }
}

function failUnderCi(reason: string): string {
  assert.notEqual(process.env['CI'], 'true', reason);
  return reason;
}
