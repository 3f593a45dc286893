// Gives the calling thread a low priority where the system lets a thread have one of its own (Linux schedules threads by
// themselves); elsewhere it keeps that of the process.
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Of 19: what else runs on the machine goes first. */
const NICENESS = 10;

export function stepBack(): void {
  if (process.platform !== 'linux') return;
  const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  setPriority(thread, NICENESS);
}
