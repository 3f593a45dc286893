// Where the running lab is: whoever starts it writes its addresses down, whoever commands it reads them there.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import type { LabEndpoints } from '@weighbridge/lab';
import type { Context } from '../frame/command.ts';
import { homeFolder } from './folders.ts';

const fileOf = (context: Context): string => join(homeFolder(context), 'lab', 'lab.json');

export interface LabAddress {
  readonly pid: number;
  readonly admin: string;
}

export function writeLab(context: Context, { pid, admin }: LabEndpoints): void {
  mkdirSync(join(homeFolder(context), 'lab'), { recursive: true, mode: 0o700 });
  writeFileSync(fileOf(context), `${JSON.stringify({ pid, admin })}\n`, { mode: 0o600 });
}

/** Only what this very lab wrote: a start that is refused must not hide the lab of the instance that runs. */
export function removeLab(context: Context, { pid }: LabEndpoints): void {
  if (!labRuns(context)) return;
  const { pid: written } = JSON.parse(readFileSync(fileOf(context), 'utf8')) as LabAddress;
  if (written === pid) rmSync(fileOf(context), { force: true });
}

/** Whether somebody started a lab in this home folder and has not ended it. */
export const labRuns = (context: Context): boolean => existsSync(fileOf(context));

/** Throws SERVER_NOT_RUNNING when no lab runs in this home folder. */
export function requireLab(context: Context): LabAddress {
  try {
    const address = JSON.parse(readFileSync(fileOf(context), 'utf8')) as LabAddress;
    process.kill(address.pid, 0);
    return address;
  } catch (error) {
    throw new AppError('SERVER_NOT_RUNNING', `no lab runs in ${homeFolder(context)}`, {
      next: 'start it with `weighbridge up` or `weighbridge lab up`, or name its folder with --home',
      cause: error,
    });
  }
}
