// Routes of calls by the digest of their decision, found in the log itself: among the entries before a call, the nearest
// first, since a decision stands once however many calls refer to it.
import type { Journal } from '@weighbridge/journal';
import { decode } from '../projector/decode.ts';

/** Entries looked through at a time, backwards. */
const STEP_ENTRIES = 16_384;

/** One for as long as a journal is open: parts that are closed one after another refer to the same decisions. */
const known = new WeakMap<Journal, Map<string, string>>();

/** Of these digests, among the entries before `before`; a digest that no entry states is absent, as it is in the tables. */
export function decidedRoutes(
  journal: Journal,
  digests: ReadonlySet<string>,
  before: number,
): ReadonlyMap<string, string> {
  const routes = known.get(journal) ?? new Map<string, string>();
  known.set(journal, routes);
  const missing = new Set([...digests].filter((digest) => !routes.has(digest)));
  for (let to = before; to > 0 && missing.size > 0; to -= STEP_ENTRIES) {
    const range = { from: Math.max(0, to - STEP_ENTRIES), to };
    for (const record of journal.records({ kinds: ['decided'], ...range }, ['commercial'])) {
      const fact = decode(record);
      if (fact.kind !== 'decided') continue;
      routes.set(fact.digest, fact.route);
      missing.delete(fact.digest);
    }
  }
  return routes;
}
