// `console`: a fresh link to the console of the running instance; and the description of the API behind it.
import { controlClient } from '@weighbridge/protocol';
import { controlSocket, openApiText } from '@weighbridge/server';
import type { Run } from '../frame/command.ts';
import { instant } from '../frame/text-table.ts';
import { requireInstance } from '../read/place.ts';

export const link: Run = async (context) => {
  const client = controlClient(controlSocket(requireInstance(context).socket));
  const made = await client.ask('createLink', {});
  context.out.data(made, () => made.url);
  context.out.note(
    `It opens the console once, until ${instant(made.expires)}. Whoever opens it may do what the console can.`,
  );
};

export const schema: Run = async (context) => {
  const shown = openApiText();
  context.out.data(JSON.parse(shown), () => shown.trimEnd());
};
