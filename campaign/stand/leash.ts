// Loaded before a program that a campaign starts: its standard input is a leash. When whoever started it is gone, however it
// went, the pipe closes and the program ends.
// Usage: node --import leash.ts PROGRAM …
import { Socket } from 'node:net';
import { isMainThread } from 'node:worker_threads';

// A thread of the program is given the same options.
if (isMainThread) {
  process.stdin.on('end', () => process.exit(1)).resume();
  // It holds the program, and keeps it from nothing: one that is done ends, whoever still holds the other end.
  if (process.stdin instanceof Socket) process.stdin.unref();
}
