// Reading what batch APIs answer: JSON that is checked as far as it is used, and names that may stand in a path.
import { parseExact } from '@weighbridge/dialects';
import { AppError } from '@weighbridge/kernel';
import { refused, type BatchReply } from './batches.ts';

type Bag = Readonly<Record<string, unknown>>;

/** The body of a good answer as an object. Throws BatchRefused, UPSTREAM_MALFORMED. */
export function good(reply: BatchReply): Bag {
  if (reply.status < 200 || reply.status > 299) throw refused(reply);
  return parsed(reply.body);
}

/** Numbers that a double does not hold stay as they were written. */
export function parsed(text: string): Bag {
  try {
    return bagOf(parseExact(text));
  } catch (cause) {
    throw new AppError('UPSTREAM_MALFORMED', 'a batch was answered with something that is not JSON', { cause });
  }
}

/** One line of results; null for one that is no JSON, of which nothing can be said. */
export function resultLine(line: string): Bag | null {
  try {
    return parsed(line);
  } catch {
    return null;
  }
}

/** Deleted already is deleted. Throws BatchRefused. */
export function gone(reply: BatchReply): void {
  if (reply.status !== 404 && reply.status !== 410) good(reply);
}

export const bagOf = (value: unknown): Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : {};

export function textOf(bag: Bag, name: string): string {
  const value = bag[name];
  if (typeof value === 'string' && /^[\w.-]{1,128}$/.test(value)) return value;
  throw new AppError('UPSTREAM_MALFORMED', `a batch was answered without its ${name}`);
}
