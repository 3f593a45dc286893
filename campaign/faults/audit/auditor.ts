// Judges an instance after a fault: by what its clients, its readers and its witnesses saw, and by the files it left. It
// is written apart from the code it checks: its own tree, its own reading of files, its own sums. Each claim is a function
// that returns what speaks against it.
import { headOf } from '../../simulator/audit/log-files.ts';
import { rootsOf } from '../../stand/tree.ts';
import type { Evidence } from './evidence.ts';
import type { SealedEntry, SealedLog } from './sealed-log.ts';

export function audit(log: SealedLog, evidence: Evidence): string[] {
  return [
    ...log.problems,
    ...checkOnce(log.entries),
    ...checkClosed(log.entries),
    ...checkSeen(log.entries, evidence),
    ...checkHeads(log, evidence),
  ];
}

/** Nothing is in the log twice: neither an entry by kind and id, nor a place in its writer's own order. */
function checkOnce(entries: readonly SealedEntry[]): string[] {
  const times = new Map<string, number>();
  for (const { leaf } of entries) {
    const { lane, epoch, seq } = leaf.by;
    for (const name of [`${leaf.kind} ${leaf.id}`, `place ${lane}-${epoch}-${seq}`])
      times.set(name, (times.get(name) ?? 0) + 1);
  }
  return [...times].filter(([, count]) => count > 1).map(([name, count]) => `${name} is in the log ${count} times`);
}

/** Every call that was begun is closed, and nothing is closed that was not begun. */
function checkClosed(entries: readonly SealedEntry[]): string[] {
  const ids = (kind: string): Set<string> =>
    new Set(entries.filter(({ leaf }) => leaf.kind === kind).map(({ leaf }) => leaf.id));
  const [begun, closed] = [ids('intent'), ids('call')];
  return [...begun].filter((id) => !closed.has(id)).map((id) => `call ${id} was begun and never closed`);
}

/** What a client was told of has its receipt, which says what the client saw. */
function checkSeen(entries: readonly SealedEntry[], { seen }: Evidence): string[] {
  const calls = new Map(entries.filter(({ leaf }) => leaf.kind === 'call').map((entry) => [entry.leaf.id, entry.call]));
  const problems: string[] = [];
  for (const { id, kind, status, completed, tokens } of seen) {
    if (id === null) {
      if (completed) problems.push(`a ${kind} completed for its client, and its answer named no receipt`);
      continue;
    }
    const call = calls.get(id);
    if (call === undefined || call === null) {
      if (status === 200) problems.push(`${kind} ${id} was answered and has no receipt`);
      continue;
    }
    if (completed && call.outcome !== 'completed')
      problems.push(`${kind} ${id} completed for its client and stands as ${call.outcome}`);
    if (tokens !== null && call.usage?.tokens['output'] !== tokens)
      problems.push(`${kind} ${id} told its client ${tokens} tokens, its receipt says ${call.usage?.tokens['output']}`);
  }
  return problems;
}

/** Every checkpoint that was ever shown or cosigned is a prefix of the log as it is, which never got shorter. */
function checkHeads(log: SealedLog, { shown, cosigned }: Evidence): string[] {
  const notes = [
    ...[...shown].map((note) => ({ note, what: 'shown' })),
    ...[...cosigned].map((note) => ({ note, what: 'cosigned by a witness' })),
  ];
  const roots = rootsOf(log.leaves, new Set(notes.map(({ note }) => headOf(note)?.size ?? -1)));
  return notes.flatMap(({ note, what }) => {
    const head = headOf(note);
    if (head === null) return [`what was ${what} is no checkpoint: ${note.slice(0, 60)}`];
    if (head.size > log.size) return [`a checkpoint of ${head.size} entries was ${what}, and the log has ${log.size}`];
    return roots.get(head.size) === head.root
      ? []
      : [`the checkpoint of ${head.size} entries that was ${what} is of another history`];
  });
}
