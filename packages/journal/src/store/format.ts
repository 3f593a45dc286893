// The form in which a folder is written, as one number in it. A folder without it was written by the first version. A newer
// one is refused before anything in it is read or changed: half understood, it would look like damage, or become it.
import { join } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import { disk } from '../disk.ts';
import { isMissing, replaceFile } from './durable-file.ts';

/** Of journals, vaults and the stores of witnesses. A change that older versions cannot read adds one, and a fixture of the form before. */
const FORMAT = 1;

const formatPath = (folder: string): string => join(folder, 'format');

/** Throws FORMAT_NEWER, and JOURNAL_CORRUPT when the file holds no number. */
export function checkFormat(folder: string): void {
  let text: string;
  try {
    text = disk.readFileSync(formatPath(folder), 'utf8').trim();
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new AppError('JOURNAL_CORRUPT', `${formatPath(folder)} does not hold a number`);
  if (Number(text) > FORMAT)
    throw new AppError(
      'FORMAT_NEWER',
      `${folder} was written by a newer version (form ${text}), and this one reads up to ${FORMAT}`,
    );
}

/** Says in a folder that is written to in which form that is. */
export function stateFormat(folder: string): void {
  if (!disk.existsSync(formatPath(folder))) replaceFile(formatPath(folder), `${FORMAT}\n`);
}
