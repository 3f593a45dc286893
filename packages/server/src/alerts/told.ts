// Which alerts about limits were told and until when each stands: once for a share of a limit, a member and a window. It is
// read from the journal, so a restart tells nothing twice. Whose counter it was stands in the entry as a keyed digest; a
// name that is a person's only in the personal group, where it can be erased.
import type { Journal } from '@weighbridge/journal';
import { PERSON_DIMENSIONS, type AlertTold, type LimitDimension } from '@weighbridge/protocol';

/** As an alert about a limit keeps it in the commercial group of its entry. */
export interface LimitAlert {
  readonly rule: string;
  /** Per cent of the amount. */
  readonly share: number;
  /** UTC milliseconds until which it is not told again. */
  readonly until: number;
  /** Keyed digest of whose counter it is. */
  readonly member: string;
  /** In the order of `per`; absent where a name is a person's. */
  readonly names?: readonly string[];
}

interface AlertContent {
  readonly alert: string;
  readonly about: string;
  readonly message: string;
  readonly limit?: LimitAlert;
}

/** Of members that are told of one by one at a share of one limit, in one window. */
export const MEMBERS_TOLD_MOST = 100;
/** No window is longer, but for months. */
const LOOKED_BACK_MS = 33 * 86_400_000;
const KEPT_MOST = 100_000;

/** The person whose counter it is; null where it is nobody's: of calls that name none, or of no limit to each person. */
export const personIn = (per: readonly LimitDimension[], names: readonly string[]): string | null =>
  names.find((name, place) => name !== '' && PERSON_DIMENSIONS.some((dimension) => dimension === per[place])) ?? null;

export class Told {
  readonly #until = new Map<string, number>();

  /** What the log has of windows that are not over at `now`. */
  static from(journal: Pick<Journal, 'entries' | 'groups'>, now: number): Told {
    const told = new Told();
    for (const { index } of journal.entries({ kinds: ['alert'], since: now - LOOKED_BACK_MS, newestFirst: true })) {
      const text = journal.groups(index, ['commercial']).commercial?.text;
      const limit = text === undefined ? undefined : (JSON.parse(text) as AlertContent).limit;
      if (limit !== undefined && limit.until > now) told.add(limit);
      if (told.#until.size >= KEPT_MOST) break;
    }
    return told;
  }

  add({ rule, share, member, until }: Pick<LimitAlert, 'rule' | 'share' | 'member' | 'until'>): void {
    this.#until.set(keyOf(rule, share, member), until);
  }

  has(rule: string, share: number, member: string, now: number): boolean {
    return (this.#until.get(keyOf(rule, share, member)) ?? -Infinity) > now;
  }

  /** Members that were told of at a share of a limit and still are. */
  count(rule: string, share: number, now: number): number {
    const start = keyOf(rule, share, '');
    let count = 0;
    for (const [key, until] of this.#until) if (until > now && key.startsWith(start)) count += 1;
    return count;
  }

  /** Lets go of what is over. */
  forget(now: number): void {
    for (const [key, until] of this.#until) if (until <= now) this.#until.delete(key);
  }
}

const keyOf = (rule: string, share: number, member: string): string => `${rule}\n${share}\n${member}`;

/** An alert as pages and commands tell it. */
function alertTold(
  journal: Pick<Journal, 'groups'>,
  { entry, at, content }: { readonly entry: number; readonly at: number; readonly content: AlertContent },
): AlertTold {
  const { alert, about, message, limit } = content;
  const told = { entry, at, alert, about, message };
  if (limit === undefined) return { ...told, limit: null };
  const { rule, share, until } = limit;
  const names = limit.names === undefined ? personalNames(journal, entry) : [...limit.names];
  return { ...told, limit: { rule, share, until, names } };
}

function personalNames(journal: Pick<Journal, 'groups'>, entry: number): string[] | null {
  try {
    const text = journal.groups(entry, ['personal']).personal?.text;
    return text === undefined ? null : (JSON.parse(text) as { names: string[] }).names;
  } catch (error) {
    if ((error as { code?: string }).code === 'SUBJECT_ERASED') return null;
    throw error;
  }
}

/** A page of them, newest first, from a log. */
export function alertsAtRest(
  journal: Pick<Journal, 'entries' | 'groups'>,
  { before, limit }: { readonly before?: number | undefined; readonly limit: number },
): { rows: AlertTold[]; next: number | null } {
  const rows: AlertTold[] = [];
  const to = before === undefined ? {} : { to: before };
  for (const { index, leaf } of journal.entries({ kinds: ['alert'], newestFirst: true, ...to })) {
    if (rows.length === limit) return { rows, next: rows.at(-1)?.entry ?? null };
    const text = journal.groups(index, ['commercial']).commercial?.text;
    if (text === undefined) continue;
    rows.push(alertTold(journal, { entry: index, at: leaf.at, content: JSON.parse(text) as AlertContent }));
  }
  return { rows, next: null };
}
