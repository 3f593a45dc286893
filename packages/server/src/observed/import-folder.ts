// Which files a session of the console may have imported: those that lie in one folder of the log's home, which whoever runs
// the instance fills. A session is no account of the machine: what else the process can read is not to be found out, or read,
// through it. The control socket, which only that account opens, takes any path.
import { realpathSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { AppError } from '@weighbridge/kernel';

/** Where links lead inside the folder too. Throws BAD_REQUEST, in the same words whether there is such a file or not. */
export function inImportFolder(folder: string, path: string): string {
  const named = resolve(folder, path);
  const found = within(folder, named) ? realOf(named) : null;
  const real = realOf(folder);
  if (found !== null && real !== null && within(real, found)) return found;
  throw new AppError('BAD_REQUEST', `the folder ${folder} holds no such file`, {
    next: 'put the record there and name it, or import it where the instance runs: `weighbridge observe import FILE`',
  });
}

function within(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return below !== '' && below !== '..' && !below.startsWith(`..${sep}`) && resolve(folder, below) === path;
}

function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null; // Not there, or not to be seen: nobody is told which.
  }
}
