// `log rotate-key`, `log retire-key`: through the running instance, whose recorder signs; without one, under the folder's
// lock.
import type { KeyChanged } from '@weighbridge/journal';
import { askControl, changeLogKey } from '@weighbridge/server';
import { text, type Context, type Run } from '../frame/command.ts';
import { count } from '../frame/text-table.ts';
import { typed } from '../read/command-form.ts';
import { journalOf, placeOf } from '../read/place.ts';
import { withStores } from '../read/stores.ts';

export const rotate: Run = async (context) => {
  const done = await change(context, 'rotate');
  context.out.data(done, () =>
    [
      `The log has a new key: ${done.vkey}`,
      `Entry ${count(done.index ?? 0)} says so, signed by it and by the key before: ${done.before.join(', ')}`,
      'Both sign from now on. Tell whoever verifies; who has only the key before can follow (log/handovers, or /log/handovers).',
      `Receipts that were handed out stay provable by the key they were signed under. When all know: ${typed(context, 'weighbridge log retire-key')}`,
    ].join('\n'),
  );
  return 0;
};

export const retire: Run = async (context) => {
  const done = await change(context, 'retire');
  context.out.data(done, () =>
    done.index === null
      ? `Nothing to retire: only ${done.vkey} signs.`
      : [
          `Only ${done.vkey} signs from now on; entry ${count(done.index)} says so.`,
          `Signs no more, and is destroyed: ${done.before.join(', ')}`,
        ].join('\n'),
  );
  return 0;
};

async function change(context: Context, asked: 'rotate' | 'retire'): Promise<KeyChanged> {
  const reason = text(context, 'reason');
  journalOf(context).journal.close(); // A key of no log is not rotated: said before one is made.
  const { instance } = placeOf(context);
  if (instance === undefined) return withStores(context, (stores) => changeLogKey(stores, asked, reason));
  const body = reason === undefined ? {} : { reason };
  return askControl<KeyChanged>(instance.socket, 'POST', `/log/${asked}-key`, body);
}
