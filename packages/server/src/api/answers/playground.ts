// Who may be spoken for in the playground. Nobody calls out of a log that is only looked at.
import { AppError } from '@weighbridge/kernel';
import type { ControlAnswer } from '@weighbridge/protocol';
import type { Playground } from '../../playground/playground.ts';
import type { ControlPorts } from '../ports.ts';

type Ports = Pick<ControlPorts, 'playground'>;

export const playgroundAnswer = (ports: Ports): ControlAnswer<'playground'> => playgroundOf(ports).shown();

/** Throws READ_ONLY. */
export function playgroundOf({ playground }: Ports): Playground {
  if (playground !== null) return playground;
  throw new AppError('READ_ONLY', 'this log is only looked at: no instance runs on it that would carry a call', {
    next: 'open the playground of your own calls',
  });
}
