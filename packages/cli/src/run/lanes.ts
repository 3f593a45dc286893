// `lanes restart`: replaces the threads that take calls, while calls pass.
import { AppError } from '@weighbridge/kernel';
import type { Run } from '../frame/command.ts';
import { counted } from '../frame/text-table.ts';
import { instanceClient } from '../read/deal-desk.ts';
import { requireInstance } from '../read/place.ts';

export const restart: Run = async (context) => {
  requireInstance(context);
  const found = await instanceClient(context)?.ask('restartLanes', {});
  if (found === undefined) throw new AppError('SERVER_NOT_RUNNING', 'no instance runs: there are no lanes to replace');
  const { lanes, leaving } = found;
  const still =
    leaving === 0
      ? ''
      : ` ${counted(leaving, 'lane')} of before still ${leaving === 1 ? 'ends its' : 'end their'} calls.`;
  context.out.data(found, () => `${counted(lanes, 'lane')} replaced; no call was refused or cut.${still}`);
};
