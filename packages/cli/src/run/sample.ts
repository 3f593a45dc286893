// `sample make` and `sample remove`: the sample organisation, in its own log, here and now.
import { makeSample, openSampleHome, removeSample } from '@weighbridge/server';
import { text, type Run } from '../frame/command.ts';
import { counted, instant } from '../frame/text-table.ts';
import { homeFolder } from '../read/folders.ts';
import { parseCount } from '../read/instants.ts';

const CALLS_MOST = 1_000_000;
/** Progress that comes more often than this is only noise. */
const PROGRESS_MS = 500;

export const make: Run = async (context) => {
  const calls = parseCount(text(context, 'calls'), 'calls', 1_000, CALLS_MOST);
  const home = openSampleHome(homeFolder(context));
  removeSample(home);
  let told = performance.now();
  const { made, mark, entries } = await makeSample({
    home,
    now: Date.now(),
    ...(calls === undefined ? {} : { calls }),
    signal: context.signal,
    progress: (done, total) => {
      if (performance.now() - told < PROGRESS_MS) return;
      told = performance.now();
      context.out.progress({ done, total, what: 'sample calls' });
    },
  });
  if (!made) return 130;
  context.out.data({ made, simulated: true, entries, end: mark.end, journal: home.journal }, () =>
    [
      `Sample: made a month of invented calls (${counted(entries, 'entry', 'entries')}), up to ${instant(mark.end)}.`,
      `It lies in ${home.root}, apart from every other log. Look at it with --log sample.`,
    ].join('\n'),
  );
  return 0;
};

export const remove: Run = async (context) => {
  const home = openSampleHome(homeFolder(context));
  const removed = removeSample(home);
  context.out.data({ removed }, () =>
    removed ? `Removed ${home.root}: nothing of the sample is left.` : 'There is no sample here.',
  );
  return Promise.resolve(0);
};
