// The sample organisation beside a gateway that has started: made in a thread of its own where the lab is all there is,
// left alone where something real is configured, removed where `--no-sample` says so.
import { isAppError } from '@weighbridge/kernel';
import { openSampleHome, removeSample, startSample, type SampleMaking } from '@weighbridge/server';
import { flag, type Context } from '../frame/command.ts';
import { counted } from '../frame/text-table.ts';
import { homeFolder } from '../read/folders.ts';
import { commandPrefix } from './greeting.ts';

/** Null where none is being made. A sample that cannot be made or removed is said, and stops nothing. */
export async function sampleBeside(context: Context, inLab: boolean): Promise<SampleMaking | null> {
  const home = openSampleHome(homeFolder(context));
  if (flag(context, 'no-sample')) {
    try {
      if (removeSample(home)) context.out.note('The sample organisation was removed.');
    } catch (error) {
      if (!isAppError(error)) throw error;
      context.out.warn(`the sample organisation was not removed: ${error.message}; ${error.next}`);
    }
    return null;
  }
  if (!inLab) return null;
  const making = startSample({ home, now: Date.now(), say: (message) => context.out.warn(message) });
  const command = commandPrefix(context.env);
  making.ended.then(
    ({ made, entries }) => {
      if (made)
        context.out.note(
          `The sample organisation is there: a month of invented calls (${counted(entries, 'entry', 'entries')}), in a log of its own. Look: ${command} spend --log sample --since 31d --by team`,
        );
    },
    () => undefined, // Said by `startSample`.
  );
  return making;
}
