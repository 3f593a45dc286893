// The day that a command about the deal is asked for with `--at`: passed on as it was typed, checked to be one, and said above what
// is printed, so that nobody takes a past day for now.
import { text, type Context } from '../frame/command.ts';
import { lastMomentOf } from './instants.ts';

/** What `at` of a question is; nothing: now. Throws USAGE for what is no day. */
export function asked(context: Context): { readonly at?: string } {
  const at = text(context, 'at');
  if (at === undefined) return {};
  lastMomentOf(at);
  return { at };
}

/** The text with the day above it that it is of; as it is, for now. */
export function asOf({ at }: { readonly at?: string }, told: string): string {
  if (at === undefined) return told;
  return lastMomentOf(at) < Date.now()
    ? `As it was at the end of ${at} (UTC), by what the log held then. Without --at: now.\n\n${told}`
    : `As it will be at the end of ${at} (UTC), by what is known now. Without --at: now.\n\n${told}`;
}
