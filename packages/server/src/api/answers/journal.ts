// The log as a page shows it: its checkpoint is read anew, its growth is read from the tables, its entries from itself.
import { isAppError } from '@weighbridge/kernel';
import { GROUPS, type ControlAnswer, type ControlAsked, type ControlEntry } from '@weighbridge/protocol';
import type { LogEntry } from '@weighbridge/journal';
import type { ControlPorts } from '../ports.ts';

/** Entries that one page looks through for kinds that no index lists. */
const LOOKED_MOST = 50_000;
const TRAFFIC: ReadonlySet<string> = new Set(['intent', 'call', 'decided']);

export async function journalAnswer(
  { stores, projections, witnesses }: ControlPorts,
  period: ControlAsked<'journal'>,
): Promise<ControlAnswer<'journal'>> {
  const { journal } = stores;
  const { origin, size, root, text } = journal.checkpoint();
  const state = await projections.state();
  return {
    origin,
    vkey: journal.vkey,
    size,
    root: root.toString('base64'),
    checkpoint: text,
    newest: size === 0 ? null : journal.entry(size - 1).leaf.at,
    witnesses: [...witnesses()],
    hours: await hoursOf(projections, period),
    projections: state,
  };
}

async function hoursOf(
  projections: ControlPorts['projections'],
  period: ControlAsked<'journal'>,
): Promise<ControlAnswer<'journal'>['hours']> {
  try {
    return (await projections.ask('log', period)).hours;
  } catch (error) {
    // The log is shown while its tables are not; what is wrong with them stands in their state.
    if (isAppError(error) && error.code !== 'BAD_REQUEST') return null;
    throw error;
  }
}

export function entriesAnswer(
  { stores: { journal } }: Pick<ControlPorts, 'stores'>,
  { kinds, before, limit }: ControlAsked<'entries'>,
): ControlAnswer<'entries'> {
  const to = Math.min(before ?? Infinity, journal.checkpoint().size);
  const listed = kinds !== undefined && kinds.every((kind) => !TRAFFIC.has(kind));
  const from = listed ? 0 : Math.max(0, to - LOOKED_MOST);
  const filter = { from, to, newestFirst: true, ...(kinds === undefined ? {} : { kinds }) };
  const rows: ControlEntry[] = [];
  for (const entry of journal.entries(filter)) {
    if (rows.length === limit) return { rows, next: rows.at(-1)?.entry ?? null };
    rows.push(shown(entry));
  }
  return { rows, next: from === 0 ? null : from };
}

const shown = ({ index, leaf, text }: LogEntry): ControlEntry => ({
  entry: index,
  id: leaf.id,
  kind: leaf.kind,
  at: leaf.at,
  by: { ...leaf.by },
  groups: GROUPS.filter((name) => leaf.groups[name] !== undefined),
  leaf: text,
});
