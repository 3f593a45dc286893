// `console`: a fresh link to the console of the running instance; and the description of the API behind it.
import { controlClient, SAMPLE_MOUNT } from '@weighbridge/protocol';
import { controlSocket, openApiText, type Instance } from '@weighbridge/server';
import type { Context, Run } from '../frame/command.ts';
import { instant } from '../frame/text-table.ts';
import { placeOf, requireInstance } from '../read/place.ts';

export const link: Run = async (context) => {
  const client = controlClient(controlSocket(showing(context).socket));
  const made = await client.ask('createLink', {});
  const { log } = placeOf(context).home;
  const shown = log === 'sample' ? { ...made, url: onSample(made.url) } : made;
  context.out.data(shown, () => shown.url);
  context.out.note(
    `It opens the console once, until ${instant(made.expires)}. Whoever opens it may do what the console can.`,
  );
};

/** Nothing runs on the sample itself: the instance beside it shows it. Throws SERVER_NOT_RUNNING. */
function showing(context: Context): Instance {
  if (placeOf(context).home.log !== 'sample') return requireInstance(context);
  return requireInstance({ ...context, options: { ...context.options, log: undefined } });
}

function onSample(link: string): string {
  const url = new URL(link);
  url.pathname = SAMPLE_MOUNT + url.pathname;
  return url.href;
}

export const schema: Run = async (context) => {
  const shown = openApiText();
  context.out.data(JSON.parse(shown), () => shown.trimEnd());
};
