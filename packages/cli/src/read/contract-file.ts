// A contract as named on the command line: a file, else one that stands in the log, by its id. A file that cannot be read is a
// misuse; what is wrong inside it is told with line, reason and mend.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError, isAppError } from '@weighbridge/kernel';
import { readContract, type Contract } from '@weighbridge/ledger';
import type { Context } from '../frame/command.ts';
import { boundedText } from './bounded-file.ts';
import { instanceClient, readDesk } from './deal-desk.ts';

/** What stands at this place of the arguments. Throws USAGE or DEAL_INVALID. */
export async function contractAt(context: Context, place: number): Promise<Contract> {
  return readContract(context.arguments[place] ?? '', await contractTextAt(context, place));
}

/** Its text. Throws USAGE. */
export async function contractTextAt(context: Context, place: number): Promise<string> {
  const name = context.arguments[place] ?? '';
  const path = resolve(context.workingFolder, name);
  if (existsSync(path) || !/^[a-z0-9-]+$/.test(name)) return contractText(path, name);
  return (await heldText(context, name)) ?? contractText(path, name);
}

/** Undefined where no log holds a contract of that name. */
async function heldText(context: Context, id: string): Promise<string | undefined> {
  try {
    const instance = instanceClient(context);
    if (instance !== undefined) return (await instance.ask('contract', { id })).text;
    return await readDesk(context, ({ contracts }) => contracts.held(id).text);
  } catch (error) {
    if (isAppError(error) && (error.code === 'CONTRACT_UNKNOWN' || error.code === 'USAGE')) return undefined;
    throw error;
  }
}

/** The text of a contract's file. Throws USAGE. */
export function contractText(path: string, name: string): string {
  const next =
    'name a contract file, such as contracts/cloud.yaml, or the id of one that `weighbridge deal list` shows; docs/contracts.md shows what stands in one';
  try {
    return boundedText(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('USAGE', `${name} cannot be read: ${reason}`, { next, cause });
  }
}
