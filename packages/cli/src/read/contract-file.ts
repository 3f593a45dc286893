// A contract as named on the command line: a file, else one that stands in the log, by its id. A file that cannot be read is a
// misuse; what is wrong inside it is told with line, reason and mend.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError, isAppError } from '@weighbridge/kernel';
import { readContract, type Contract } from '@weighbridge/ledger';
import { dealAtRest } from '@weighbridge/server';
import type { Context } from '../frame/command.ts';
import { boundedText } from './bounded-file.ts';
import { instanceClient, readDesk } from './deal-desk.ts';

interface Named {
  readonly text: string;
  /** It is the log's, and no file. */
  readonly held: boolean;
}

/** What stands at this place of the arguments; of the log's, as it stood at the end of `day`. Throws USAGE or DEAL_INVALID. */
export async function contractAt(
  context: Context,
  place: number,
  day?: string,
): Promise<{ readonly contract: Contract; readonly held: boolean }> {
  const { text, held } = await namedAt(context, place, day);
  return { contract: readContract(context.arguments[place] ?? '', text), held };
}

/** Its text. Throws USAGE. */
export const contractTextAt = async (context: Context, place: number): Promise<string> =>
  (await namedAt(context, place)).text;

async function namedAt(context: Context, place: number, day?: string): Promise<Named> {
  const name = context.arguments[place] ?? '';
  const path = resolve(context.workingFolder, name);
  if (!existsSync(path) && /^[a-z0-9-]+$/.test(name)) {
    const text = await heldText(context, name, day);
    if (text !== undefined) return { text, held: true };
  }
  return { text: contractText(path, name), held: false };
}

/** Undefined where no log holds a contract of that name; one that did not stand on the day that is asked about is told as such. */
async function heldText(context: Context, id: string, day: string | undefined): Promise<string | undefined> {
  try {
    const instance = instanceClient(context);
    if (instance !== undefined)
      return (await instance.ask('contract', { id, ...(day === undefined ? {} : { at: day }) })).text;
    return await readDesk(context, (desk) => dealAtRest(desk, Date.now()).contract(id, day).text);
  } catch (error) {
    if (isAppError(error) && error.code === 'CONTRACT_UNKNOWN' && day === undefined) return undefined;
    if (isAppError(error) && error.code === 'USAGE') return undefined;
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
