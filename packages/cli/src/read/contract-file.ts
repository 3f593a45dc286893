// A contract from its file, as named on the command line. A file that cannot be read is a misuse; what is wrong inside it is told
// with line, reason and mend.
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import { readContract, type Contract } from '@weighbridge/ledger';
import type { Context } from '../frame/command.ts';

const FILE_BYTES_MOST = 4 * 1024 * 1024;

/** The contract in the file that stands at this place of the arguments. Throws USAGE or DEAL_INVALID. */
export function contractAt(context: Context, place: number): Contract {
  const name = context.arguments[place] ?? '';
  return readContract(name, textOf(resolve(context.workingFolder, name), name));
}

function textOf(path: string, name: string): string {
  const next = 'name a contract file, such as contracts/cloud.yaml; docs/contracts.md shows what stands in one';
  try {
    if (statSync(path).size > FILE_BYTES_MOST)
      throw new AppError('USAGE', `${name} is larger than ${FILE_BYTES_MOST} bytes: no contract is`, { next });
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('USAGE', `${name} cannot be read: ${reason}`, { next, cause });
  }
}
