// `backup`: beside a running instance, which seals first what it has acknowledged; without one, under the folder's lock,
// after what an earlier run left in write-ahead files was taken in.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import { makeBackup, type BackedUp } from '@weighbridge/journal';
import { shellWord } from '@weighbridge/protocol';
import { askControl, VERSION } from '@weighbridge/server';
import { commandStart, text, type Context, type Run } from '../frame/command.ts';
import { count, counted } from '../frame/text-table.ts';
import { toldLostTexts } from '../read/carried.ts';
import { placeOf } from '../read/place.ts';
import { withStores } from '../read/stores.ts';

export const run: Run = async (context) => {
  const to = text(context, 'to') ?? '';
  if (to === '')
    throw new AppError('USAGE', 'backup needs a folder', { next: 'name one: weighbridge backup --to FOLDER' });
  const { home, instance } = placeOf(context);
  if (!existsSync(home.journal))
    throw new AppError('USAGE', `there is no journal in ${home.root}`, { next: 'name the folder with --home' });
  const make = (): Promise<BackedUp> => {
    const { journal, vault, blobs, log } = home;
    const from = { journal, vault, blobs, log, build: VERSION, running: instance !== undefined };
    return makeBackup({ ...from, to: resolve(context.workingFolder, to), onProgress: progressOf(context) });
  };
  if (instance !== undefined) await askControl(instance.socket, 'POST', '/journal/seal', {});
  const { folder, manifest, copied } = instance === undefined ? await withStores(context, make) : await make();
  const { files, log, origin, size, root, at, running } = manifest;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const lost = toldLostTexts(context, home);
  const facts = { folder, log, origin, size, root, at, running, lost_texts: lost };
  context.out.data({ ...facts, files: files.length, bytes, copied_bytes: copied }, () =>
    [
      `Backed up ${counted(size, 'entry', 'entries')} of ${origin}, and verified what was written.`,
      `In: ${folder} (${counted(files.length, 'file')}, ${count(bytes)} bytes, of which ${count(copied)} were copied now)`,
      'It holds the keys of the vault: whoever reads it can sign as this log and read every personal part.',
      `Put it back with: ${commandStart(context.env)} restore ${shellWord(to)} --home NEW`,
    ].join('\n'),
  );
  return 0;
};

export const progressOf =
  (context: Context) =>
  (done: number, total: number): void =>
    context.out.progress({ done, total, what: 'entries verified' });
