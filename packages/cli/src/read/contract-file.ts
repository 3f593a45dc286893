// A contract from its file, as named on the command line. A file that cannot be read is a misuse; what is wrong inside it is told
// with line, reason and mend.
import { resolve } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import { readContract, type Contract } from '@weighbridge/ledger';
import type { Context } from '../frame/command.ts';
import { boundedText } from './bounded-file.ts';

/** The contract in the file that stands at this place of the arguments. Throws USAGE or DEAL_INVALID. */
export function contractAt(context: Context, place: number): Contract {
  const name = context.arguments[place] ?? '';
  return readContract(name, textOf(resolve(context.workingFolder, name), name));
}

function textOf(path: string, name: string): string {
  const next = 'name a contract file, such as contracts/cloud.yaml; docs/contracts.md shows what stands in one';
  try {
    return boundedText(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('USAGE', `${name} cannot be read: ${reason}`, { next, cause });
  }
}
