// Writes the receipts of a mark through the journal, as a lane and the recorder would, in this process. One that was
// interrupted is gone on with: what the log has already is made again and left out. No intents: a receipt says all that
// its intent did, and no table is made from them.
// Usage: node write.ts FOLDER
import { nextEpoch, openJournal, openRecorder, openVault, openWriteAhead } from '@weighbridge/journal';
import type { EntryDraft } from '@weighbridge/protocol';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeReceipts } from '../../test/receipts/receipts.ts';
import { keepMark, markOf, NAMES, placeOf, type Mark, type Place } from './place.ts';

const LANE = 1;
const AT_ONCE = 2_000;
const SAY_EVERY = 100_000;
/** So that hours have as many groups as 30,000 in a million receipts allow. */
const TEAMS = 14;
const KEYS_A_TEAM = 1;

/** Id of the newest entry that the lane wrote; undefined: none yet. */
function lastWritten({ home }: Place): string | undefined {
  if (!existsSync(join(home.journal, 'log', 'checkpoint'))) return undefined;
  const journal = openJournal(home.journal);
  try {
    for (const { leaf } of journal.entries({ newestFirst: true })) if (leaf.by.lane === LANE) return leaf.id;
    return undefined;
  } finally {
    journal.close();
  }
}

function* drafts({ seed, receipts: count, start, callsPerHour }: Mark): Generator<EntryDraft> {
  const receipts = makeReceipts({ seed, start, callsPerHour, teams: TEAMS, keysPerTeam: KEYS_A_TEAM, persons: 0 });
  yield* receipts.decided;
  for (let i = 0; i < count; i += 1) yield receipts.next().call;
}

async function write(place: Place, mark: Mark, say: (done: number) => void): Promise<void> {
  const { home } = place;
  openVault(home.vault, { origin: `${NAMES.organisation}/${home.log}/${NAMES.node}` });
  let after = lastWritten(place);
  const author = { folder: home.journal, vault: home.vault, node: NAMES.node, build: 'scale' };
  const epoch = nextEpoch(home.journal);
  const recorder = openRecorder({ ...author, epoch, log: home.log, checkpointMs: 2_000 });
  const lane = openWriteAhead({ ...author, lane: LANE, epoch, durability: 'process', tickMs: 0 });
  let done = 0;
  let waiting: Promise<void>[] = [];
  const flush = async (): Promise<void> => {
    await Promise.all(new Set(waiting));
    waiting = [];
    const { failing } = recorder.step();
    if (failing !== undefined) throw new Error(`the log cannot be written: ${failing}`);
  };
  for (const draft of drafts(mark)) {
    done += 1;
    if (done % SAY_EVERY === 0) say(done);
    if (after !== undefined) {
      if (draft.id === after) after = undefined;
      continue;
    }
    waiting.push(lane.append(draft));
    if (waiting.length >= AT_ONCE) await flush();
  }
  await flush();
  while (recorder.step({ seal: true }).integrated > 0);
  await lane.close();
  recorder.close();
  // The last write-ahead file goes when a recorder of a later start has seen that all of it is sealed.
  openRecorder({ ...author, epoch: nextEpoch(home.journal), log: home.log }).close();
}

const place = placeOf(process.argv[2] ?? '');
const mark = markOf(place, { seed: 0, receipts: 0 });
if (!mark.whole) {
  await write(place, mark, (done) => process.stdout.write(`${JSON.stringify({ written: done, of: mark.receipts })}\n`));
  keepMark(place, { ...mark, whole: true });
}
