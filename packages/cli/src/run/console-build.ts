// Has the console built beside the running server, in a process of its own and at low priority, so that no call waits for
// it. Where it is built already that process finds so within a few milliseconds. What it says is passed on; when it fails
// everything but the console works, and the reason is said.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { CONSOLE_BUILD } from '../read/folders.ts';
import type { UpLog } from './up-log.ts';

const LINES_KEPT = 20;

/** Ends it. */
export type StopBuild = () => void;

export function buildConsole(log: Pick<UpLog, 'note' | 'say'>): StopBuild {
  // A package without the console's sources has what was built, or none.
  if (!existsSync(CONSOLE_BUILD)) return () => undefined;
  const child = spawn(process.execPath, [CONSOLE_BUILD, 'build'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  let stopped = false;
  child.once('spawn', () => {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('The console is ')) log.note(line, 'console.build');
    else said.push(line);
    if (said.length > LINES_KEPT) said.shift();
  });
  child.once('error', (error) => log.say(`the console cannot be built: ${error.message}`, 'console.build_failed'));
  child.once('close', (code) => {
    if (code === 0 || stopped) return;
    const why = said.join('\n').trim();
    const reason = why === '' ? `It ended with ${code}.` : why;
    log.say(`the console could not be built; everything else works. ${reason}`, 'console.build_failed');
  });
  return () => {
    stopped = true;
    child.kill();
  };
}
