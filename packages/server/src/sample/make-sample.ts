// Writes a sample through the journal as a lane would: drafts into a write-ahead file, from there by the recorder into
// the log, all in the thread that calls. What was interrupted is gone on with: the entries follow from the mark, so those
// that the log has already are left out.
import { setImmediate } from 'node:timers/promises';
import { AppError } from '@weighbridge/kernel';
import { acquireFolderLock, openJournal } from '@weighbridge/journal';
import type { EntryDraft } from '@weighbridge/protocol';
import { openBlobs } from '../admin/blobs.ts';
import { makeHome, type Home } from '../home.ts';
import { sampleEntries } from './entries.ts';
import { readScenario, type Scenario } from './scenario.ts';
import { endOfMonth } from './month.ts';
import { dropWriteAhead, LANE, openPen, type Pen } from './pen.ts';
import { isOfAnother, readMark, refuseForeign, removeSample, writeMark, type SampleMark } from './sample-home.ts';
import { readSeeds, type DealSource, type SampleSeeds } from './seeds.ts';

export interface MakeOptions {
  readonly home: Home;
  /** UTC milliseconds: the month ends at the hour before. */
  readonly now: number;
  /** Default: as the scenario says. */
  readonly calls?: number;
  /** The scenario that seeds its deal: its name in messages, and its text. Default: the alliance. */
  readonly deal?: DealSource;
  readonly signal?: AbortSignal;
  readonly progress?: (done: number, total: number) => void;
}

export interface Made {
  /** False where a whole sample was there already, or `signal` ended it before. */
  readonly made: boolean;
  readonly mark: SampleMark;
  /** Entries of its log. */
  readonly entries: number;
}

const CHECKPOINT_MS = 2_000;
const STEP_ENTRIES = 4_000;

/**
 * A whole sample that is there is left as it is, unless another scenario seeded it; one of another scenario that was interrupted is
 * begun anew. Throws DEAL_INVALID for a scenario with a fault, SAMPLE_FOREIGN, FOLDER_LOCKED, and what the journal throws.
 */
export async function makeSample(options: MakeOptions): Promise<Made> {
  const { home } = options;
  refuseForeign(home);
  const scenario = readScenario();
  const seeds = readSeeds(options.deal);
  const before = readMark(home);
  const other = before !== undefined && isOfAnother(before, seeds);
  if (before?.whole === true && !other) return { made: false, mark: before, entries: sizeOf(home) };
  if (before !== undefined && (other || before.scenario !== scenario.digest)) removeSample(home);
  makeHome(home);
  const lock = acquireFolderLock(home.root);
  try {
    const mark = readMark(home) ?? {
      scenario: scenario.digest,
      deal: { name: seeds.name, digest: seeds.digest },
      end: endOfMonth(options.now),
      calls: options.calls ?? scenario.calls,
      whole: false,
    };
    writeMark(home, mark);
    if (!(await write(options, scenario, seeds, mark))) return { made: false, mark, entries: sizeOf(home) };
    dropWriteAhead(home, scenario);
    const whole = { ...mark, whole: true };
    writeMark(home, whole);
    return { made: true, mark: whole, entries: sizeOf(home) };
  } finally {
    lock.release();
  }
}

function sizeOf(home: Home): number {
  const journal = openJournal(home.journal);
  try {
    return journal.checkpoint().size;
  } finally {
    journal.close();
  }
}

/** False where `signal` ended it. */
async function write(options: MakeOptions, scenario: Scenario, seeds: SampleSeeds, mark: SampleMark): Promise<boolean> {
  const { home, signal, progress } = options;
  const pen = openPen(home, scenario, CHECKPOINT_MS);
  try {
    const last = lastWritten(home);
    const writer = createWriter(pen, last);
    const { calls, end } = mark;
    const blobs = openBlobs(home.blobs);
    for await (const drafts of sampleEntries({ scenario, end, calls, blobs, seeds })) {
      if (signal?.aborted === true) return false;
      await writer.write(drafts);
      progress?.(Math.min(writer.passed(), calls), calls);
    }
    if (writer.skipping())
      throw new AppError('JOURNAL_CORRUPT', `the sample's log ends with ${last}, which is no entry of it`);
    return true;
  } finally {
    await pen.close();
  }
}

/** Id of the newest entry that a lane of a sample wrote; undefined where there is none. */
function lastWritten(home: Home): string | undefined {
  const journal = openJournal(home.journal);
  try {
    for (const { leaf } of journal.entries({ newestFirst: true })) if (leaf.by.lane === LANE) return leaf.id;
    return undefined;
  } finally {
    journal.close();
  }
}

interface Writer {
  write(drafts: readonly EntryDraft[]): Promise<void>;
  /** Entries so far, those that were there before included. */
  readonly passed: () => number;
  /** Whether the entry to go on after has not come yet. */
  readonly skipping: () => boolean;
}

function createWriter({ recorder, lane }: Pen, last: string | undefined): Writer {
  let after = last;
  let passed = 0;
  let unstepped = 0;
  return {
    passed: () => passed,
    skipping: () => after !== undefined,
    write: async (drafts) => {
      passed += drafts.length;
      // Appends that share a write share a promise.
      const written = new Set<Promise<void>>();
      for (const draft of drafts) {
        if (after === undefined) written.add(lane.append(draft));
        else if (draft.id === after) after = undefined;
      }
      if (written.size === 0) await setImmediate();
      await Promise.all(written);
      unstepped += written.size === 0 ? 0 : drafts.length;
      if (unstepped < STEP_ENTRIES) return;
      unstepped = 0;
      const { failing } = recorder.step();
      if (failing !== undefined) throw new AppError('JOURNAL_UNAVAILABLE', `the sample cannot be written: ${failing}`);
    },
  };
}
