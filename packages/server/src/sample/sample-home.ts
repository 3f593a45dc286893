// What says that a sample log is the product's own sample, from which scenario it was made and whether it is whole: a
// mark beside the journal. A log without one is somebody's own, and is never touched.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import { acquireFolderLock } from '@weighbridge/journal';
import { makeHome, openHome, type Home } from '../home.ts';

export interface SampleMark {
  /** Of the file of its month: who asks for what, and what goes wrong. */
  readonly scenario: string;
  /** The scenario that seeded its contracts, claims and playbook; absent in a sample of an earlier release. */
  readonly deal?: { readonly name: string; readonly digest: string };
  /** UTC milliseconds: the hour that the month ends at. */
  readonly end: number;
  /** Calls that were asked for. */
  readonly calls: number;
  /** False while it is being made. */
  readonly whole: boolean;
}

export const openSampleHome = (folder: string): Home => openHome(folder, 'sample');

const markPath = (home: Home): string => join(home.root, 'sample.json');

/** Undefined where there is none, or none that can be read. */
export function readMark(home: Home): SampleMark | undefined {
  try {
    const mark = JSON.parse(readFileSync(markPath(home), 'utf8')) as SampleMark;
    return typeof mark.scenario === 'string' && Number.isSafeInteger(mark.end) ? mark : undefined;
  } catch {
    return undefined; // Absent, or cut short by a crash before anything else of the sample was written.
  }
}

export function writeMark(home: Home, mark: SampleMark): void {
  makeHome(home);
  const next = `${markPath(home)}.next`;
  writeFileSync(next, `${JSON.stringify(mark)}\n`, { mode: 0o600 });
  renameSync(next, markPath(home));
}

/** Whether another scenario seeded it than the one that runs; half of one that does not say which is gone on with by nobody. */
export const isOfAnother = (
  { deal, whole }: SampleMark,
  wanted: { readonly name: string; readonly digest: string },
): boolean => (deal === undefined ? !whole || wanted.name !== DEFAULT_DEAL : deal.digest !== wanted.digest);

/** What seeds a sample where nothing is said. */
export const DEFAULT_DEAL = 'alliance';

/** Throws SAMPLE_FOREIGN where the folder holds a log that is no sample of ours. */
export function refuseForeign(home: Home): void {
  if (readMark(home) !== undefined || !existsSync(home.journal)) return;
  throw new AppError('SAMPLE_FOREIGN', `${home.root} holds a log that the sample organisation did not make`);
}

/**
 * Every trace of the sample: log, keys, tables. False where there was none. Throws SAMPLE_FOREIGN, and FOLDER_LOCKED
 * while somebody writes it or has
 * its tables open.
 */
export function removeSample(home: Home): boolean {
  if (!existsSync(home.root)) return false;
  refuseForeign(home);
  // Not while somebody writes it or has its tables open; the locks' own files go with the folder.
  for (const folder of [home.root, home.projections]) if (existsSync(folder)) acquireFolderLock(folder).release();
  rmSync(home.root, { recursive: true, force: true, maxRetries: 3 });
  return true;
}

/** Beside the logs, since nothing of a sample that was removed stays: who removed it does not want it at the next start. */
const declinedPath = (home: Home): string => join(dirname(home.root), 'no-sample');

export const isDeclined = (home: Home): boolean => existsSync(declinedPath(home));

export function declineSample(home: Home): void {
  const path = declinedPath(home);
  if (existsSync(dirname(path)))
    writeFileSync(path, 'The sample organisation was removed. `weighbridge sample make` makes it again.\n');
}

export const wantSample = (home: Home): void => rmSync(declinedPath(home), { force: true });
