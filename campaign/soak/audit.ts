// What is left after the soak, counted four ways that share nothing: what the clients saw, what the simulated clouds
// served, the receipts in the sealed log, and the sum of the tables.
import { readFileSync } from 'node:fs';
import { openJournal } from '@weighbridge/journal';
import type { CallPublic } from '@weighbridge/protocol';
import type { InstanceFacts } from './instance-facts.ts';
import type { SeenCall } from './load.ts';

export interface Counts {
  /** Calls that left. */
  readonly sent: number;
  readonly streamed: number;
  /** Seen whole by the client: the terminal event, or the last byte. */
  readonly answered: number;
  /** Of those, clients that went away in the middle of the answer. */
  readonly left: number;
  /** Answered by the simulated clouds; more than `sent` where a call was tried again. */
  readonly served: number;
  /** `call` entries of the sealed log, and those of them that completed. */
  readonly receipts: number;
  readonly receipts_completed: number;
  /** Sum over the tables. */
  readonly in_tables: number;
  /** What `weighbridge verify` said of the log, against the last checkpoint seen before the end. */
  readonly verify_exit: number;
}

/** A call that did not complete, as the log tells it. */
export interface OtherEnd {
  /** Milliseconds of the epoch. */
  readonly started: number;
  readonly outcome: string;
  readonly code: string;
}

export interface LogCount {
  readonly receipts: number;
  readonly completed: number;
  readonly otherEnds: readonly OtherEnd[];
  /** What a client holds against what the log holds; empty: they agree, one to one. */
  readonly differences: readonly string[];
}

/** Every receipt that a client was told of stands in the log once, with the end that the client saw, and no other does. */
export function countLog({ journal: folder, vault }: InstanceFacts, seen: readonly SeenCall[]): LogCount {
  const journal = openJournal(folder, { vault });
  const outcomes = new Map<string, string>();
  const differences: string[] = [];
  const otherEnds: OtherEnd[] = [];
  let receipts = 0;
  for (const { leaf, index } of journal.entries({ kinds: ['call'] })) {
    receipts += 1;
    if (outcomes.has(leaf.id)) differences.push(`${leaf.id} has two receipts`);
    const group = journal.groups(index, ['public']).public;
    const call = group === undefined ? null : (JSON.parse(group.text) as CallPublic);
    outcomes.set(leaf.id, call?.outcome ?? 'unreadable');
    if (call === null || call.outcome === 'completed') continue;
    otherEnds.push({ started: call.timing.started, outcome: call.outcome, code: call.error?.code ?? call.outcome });
  }
  journal.close();
  const completed = [...outcomes.values()].filter((outcome) => outcome === 'completed').length;
  for (const { receipt, outcome } of seen) {
    const stands = receipt === null ? undefined : outcomes.get(receipt);
    if (stands === undefined) differences.push(`a client saw "${outcome}", receipt ${receipt}, that the log lacks`);
    else if (outcome === 'ok' && stands !== 'completed')
      differences.push(`${receipt} was answered, and stands as ${stands}`);
    else if (stands === 'completed' && outcome !== 'ok' && outcome !== 'left')
      differences.push(`${receipt} stands as completed, and its client saw "${outcome}"`);
    if (receipt !== null) outcomes.delete(receipt);
  }
  for (const [id, outcome] of outcomes) differences.push(`${id} (${outcome}) is of no client`);
  return { receipts, completed, otherEnds, differences };
}

export function readSeen(file: string): readonly SeenCall[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as SeenCall);
}
