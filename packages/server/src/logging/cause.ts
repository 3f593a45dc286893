// What is told of an error that nobody foresaw. Its own words may quote whatever was being worked on (a parser quotes the
// text that it could not read), so they are left out: its kind, its code and where it came from are enough to mend it.
import { isAppError } from '@weighbridge/kernel';

const FRAMES_MOST = 12;

export interface CrashFacts {
  readonly kind: string;
  /** `at f (file:1:2)`, without the words above it. */
  readonly frames: readonly string[];
}

export function crashFacts(error: unknown): CrashFacts {
  if (!(error instanceof Error)) return { kind: typeof error, frames: [] };
  const { code } = error as NodeJS.ErrnoException;
  const named = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
  const name = named.test(error.name) ? error.name : 'Error';
  const kind = typeof code === 'string' && named.test(code) ? `${name} ${code}` : name;
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^ {4}at .*(?::\d+:\d+\)?|<anonymous>\)?|native\)?)$/.test(line));
  return { kind, frames: frames.slice(0, FRAMES_MOST).map((line) => line.trim()) };
}

/** Words of ours where the error is ours; else its kind, and where it came from first. */
export function causeWords(error: unknown): string {
  if (isAppError(error) && error.code !== 'INTERNAL') return error.message;
  const { kind, frames } = crashFacts(isAppError(error) ? (error.cause ?? error) : error);
  return frames[0] === undefined ? kind : `${kind} ${frames[0]}`;
}
