// The sample organisation beside a gateway that has started: made in a thread of its own where the lab is all there is,
// left alone where something real is configured, removed where `--no-sample` says so.
import { isAppError } from '@weighbridge/kernel';
import { typedAs } from '@weighbridge/protocol';
import { openSampleHome, removeSample, type SampleDesk, type ServerOptions } from '@weighbridge/server';
import { flag, type Context } from '../frame/command.ts';
import { counted } from '../frame/text-table.ts';
import { commandForm } from '../read/command-form.ts';
import { homeFolder } from '../read/folders.ts';
import type { UpLog } from './up-log.ts';

type SampleOptions = NonNullable<ServerOptions['sample']>;

export const sampleOptions = (context: Context, deal: SampleOptions['deal']): SampleOptions => ({
  wanted: !flag(context, 'no-sample'),
  ...(deal === undefined ? {} : { deal }),
});

/** `desk`: null where something real is configured. A sample that cannot be made or removed is said, and stops nothing. */
export function sampleBeside(context: Context, log: UpLog, desk: SampleDesk | null): void {
  if (flag(context, 'no-sample')) remove(context, log);
  const look = typedAs(commandForm(context), 'weighbridge spend --log sample --since 31d --by team');
  void desk?.begin().then((made) => {
    if (made?.made === true)
      log.note(
        `The sample organisation is there: a month of invented calls (${counted(made.entries, 'entry', 'entries')}), in a log of its own. Look: ${look}`,
        'sample.made',
      );
  });
}

function remove(context: Context, log: UpLog): void {
  try {
    if (removeSample(openSampleHome(homeFolder(context))))
      log.note('The sample organisation was removed.', 'sample.made');
  } catch (error) {
    if (!isAppError(error)) throw error;
    log.say(`the sample organisation was not removed: ${error.message}; ${error.next}`, 'sample.failed');
  }
}
