// A log of its own folder, written through the journal's own write-ahead file and recorder: entries are appended, then
// sealed when the caller says so.
import { createUlid } from '@weighbridge/kernel';
import {
  nextEpoch,
  openJournal,
  openRecorder,
  openVault,
  openWriteAhead,
  type Journal,
  type Recorder,
  type Vault,
  type WriteAhead,
} from '@weighbridge/journal';
import type { EntryDraft } from '@weighbridge/protocol';
import { makeReceipts, type MadeCall, type Receipts, type ReceiptsOptions } from './receipts.ts';

export const START = Date.UTC(2026, 9, 1);

export interface Log {
  readonly folder: string;
  readonly vaultFolder: string;
  readonly vault: Vault;
  readonly receipts: Receipts;
  /** Subjects whose calls were appended, in the order they came. */
  readonly subjects: Set<string>;
  /** Appends so many calls, each with its intent, and the decisions before the first. */
  calls(count: number): Promise<readonly MadeCall[]>;
  append(draft: Partial<EntryDraft> & Pick<EntryDraft, 'kind'>): Promise<void>;
  /** Destroys the subject's key and says so in an entry, as the server does. */
  erase(subject: string): Promise<void>;
  /** Signs a checkpoint over all that was appended; its size. */
  seal(): number;
  reader(): Journal;
  close(): Promise<void>;
}

const AT_ONCE = 2_000;

export function openLog(home: string, options: Partial<ReceiptsOptions> = {}): Log {
  const places = { folder: `${home}/journal`, vault: `${home}/vault` };
  const vault = openVault(places.vault, { origin: 'acme/lab/node-1' });
  const writer = { ...places, node: 'node-1', build: 'test' };
  const epoch = nextEpoch(places.folder);
  const recorder: Recorder = openRecorder({ ...writer, epoch, log: 'lab' });
  const lane: WriteAhead = openWriteAhead({ ...writer, lane: 1, epoch, durability: 'process', tickMs: 0 });
  const receipts = makeReceipts({ seed: 1, start: START, callsPerHour: 1_000, ...options });
  const nextId = createUlid(
    () => START,
    (bytes) => crypto.getRandomValues(bytes),
  );
  const subjects = new Set<string>();
  let decided = false;
  let closed = false;
  let last = START;
  const append: Log['append'] = async (draft) => {
    lane.tick();
    await lane.append({ id: nextId(), at: last, ...draft });
  };
  return {
    folder: places.folder,
    vaultFolder: places.vault,
    vault,
    receipts,
    subjects,
    append,
    calls: async (count) => {
      if (!decided) for (const draft of receipts.decided) await lane.append(draft);
      decided = true;
      lane.tick();
      const made: MadeCall[] = [];
      let waiting: Promise<void>[] = [];
      for (let i = 0; i < count; i += 1) {
        const { intent, call, subject } = receipts.next();
        subjects.add(subject);
        last = call.at;
        made.push({ intent, call, subject });
        waiting.push(lane.append(intent), lane.append(call));
        if (waiting.length >= AT_ONCE) {
          await Promise.all(waiting);
          waiting = [];
        }
      }
      await Promise.all(waiting);
      return made;
    },
    erase: async (subject) => {
      vault.erase(subject, last + 1);
      await append({
        kind: 'erasure',
        commercial: JSON.stringify({ subject_digest: vault.keyDigest(`subject:${subject}`) }),
      });
    },
    seal: () => {
      while (recorder.step({ seal: true }).integrated > 0);
      return recorder.size;
    },
    reader: () => openJournal(places.folder, { vault: places.vault }),
    close: async () => {
      if (closed) return;
      closed = true;
      await lane.close();
      recorder.close();
    },
  };
}
