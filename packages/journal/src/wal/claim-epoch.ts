// A lane is opened once within an epoch: an empty file under its name says so for as long as the epoch lasts.
import { join } from 'node:path';
import { invariant } from '@weighbridge/kernel';
import type { WriteAheadOptions } from '../contract.ts';
import { disk } from '../disk.ts';
import { walFolder } from '../store/layout.ts';

/**
 * Within an epoch a lane's numbers begin at 0 once. A second opening would repeat them, and the recorder would take its
 * entries for ones that it has already.
 */
export function claimEpoch({ folder, lane, epoch }: WriteAheadOptions): void {
  try {
    disk.closeSync(disk.openSync(join(walFolder(folder), `${lane}-${epoch}.opened`), 'wx', 0o600));
  } catch (error) {
    invariant(
      (error as NodeJS.ErrnoException).code !== 'EEXIST',
      `lane ${lane} is opened once in epoch ${epoch}: take a new epoch`,
    );
    throw error;
  }
}
