// Epochs tell the starts of a node apart: together with lane and sequence number they name an entry's place in its
// writer's own order. A number handed out is never handed out again, whatever happens to the process or to the file that
// holds it: an epoch seen twice would make the recorder take new entries for ones that it has sealed already.
import { AppError, isAppError } from '@weighbridge/kernel';
import { disk } from '../disk.ts';
import { readCheckpoint } from '../note/checkpoint.ts';
import { isMissing, makeFolder, replaceFile } from '../store/durable-file.ts';
import { checkFormat } from '../store/format.ts';
import { checkpointPath, epochPath, walFolder } from '../store/layout.ts';
import { readPositions } from './positions.ts';

/**
 * The next epoch of this folder. Call it under the folder lock, once per start (and per lane started again). Throws
 * JOURNAL_UNAVAILABLE when the disk does not take it, JOURNAL_CORRUPT and FORMAT_NEWER.
 */
export function nextEpoch(folder: string): number {
  try {
    checkFormat(folder);
    makeFolder(folder);
    const epoch = Math.max(readEpoch(folder), ...epochsOfFiles(folder), ...epochsOfLog(folder)) + 1;
    replaceFile(epochPath(folder), `${epoch}\n`);
    return epoch;
  } catch (error) {
    if (isAppError(error)) throw error;
    const message = `the journal in ${folder} cannot be opened: ${(error as Error).message}`;
    throw new AppError('JOURNAL_UNAVAILABLE', message, { cause: error });
  }
}

function readEpoch(folder: string): number {
  try {
    const text = disk.readFileSync(epochPath(folder), 'utf8').trim();
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new AppError('JOURNAL_CORRUPT', `${epochPath(folder)} does not hold a number`);
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

/** Write-ahead files are named `LANE-EPOCH…`. */
function epochsOfFiles(folder: string): number[] {
  const names = disk.existsSync(walFolder(folder)) ? disk.readdirSync(walFolder(folder)) : [];
  return names.map((name) => Number(/^\d+-(\d+)[-.]/.exec(name)?.[1] ?? 0));
}

/** Epochs whose entries the sealed log holds: from its positions, else read off its leaves. */
function epochsOfLog(folder: string): number[] {
  const path = checkpointPath(folder);
  if (!disk.existsSync(path)) return [];
  try {
    return readPositions(folder, readCheckpoint(disk.readFileSync(path, 'utf8')).size).lanes.map(([, epoch]) => epoch);
  } catch (error) {
    if (!isAppError(error)) throw error;
    throw new AppError('JOURNAL_CORRUPT', `${path} cannot be read: ${error.message}`, { cause: error });
  }
}
