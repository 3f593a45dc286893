// Reads a log's checkpoint again and again, as any reader of it may: what it ever showed, it has to stand by.
import { setTimeout } from 'node:timers/promises';

const EVERY_MS = 40;
const AGAIN_MS = 5;

/** Until it is told to end. `see` hears each checkpoint that differs from the one before. */
export async function watchCheckpoints(
  origin: string,
  see: (note: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let last = '';
  while (!signal.aborted) {
    try {
      const answer = await fetch(`${origin}/log/checkpoint`, { signal });
      const text = await answer.text();
      if (answer.ok && text !== last) see(text);
      last = text;
      await setTimeout(EVERY_MS, undefined, { signal });
    } catch {
      // Killed, or told to end: the loop's condition decides.
      await setTimeout(AGAIN_MS);
    }
  }
}
