// `status --log sample`: no instance runs on the sample; its log is read, and says what it is.
import { typedAs } from '@weighbridge/protocol';
import { commandForm } from './command-form.ts';
import { journalOf } from './place.ts';
import { readMark, type Home } from '@weighbridge/server';
import type { Context } from '../frame/command.ts';
import { count, instant, pairs } from '../frame/text-table.ts';

/** True where `home` is the sample organisation's, and was shown. */
export function showSample(context: Context, home: Home): boolean {
  const mark = home.log === 'sample' ? readMark(home) : undefined;
  if (mark === undefined) return false;
  const { journal } = journalOf(context);
  const { origin, size } = journal.checkpoint();
  const { vkey, folder } = journal;
  const form = commandForm(context);
  journal.close();
  const shown = {
    log: home.log,
    sample: true,
    simulated: true,
    whole: mark.whole,
    end: mark.end,
    scenario: mark.deal?.name ?? null,
    journal: { folder, vkey, origin, size },
  };
  context.out.data(shown, () =>
    pairs([
      ['Sample', 'an invented organisation; no call of it was ever made'],
      [
        'State',
        mark.whole
          ? `whole: a month up to ${instant(mark.end)}, and what came while somebody looked`
          : 'being made, or waiting for the next start to go on',
      ],
      ['Deal', `contracts, claims and playbook of the scenario ${mark.deal?.name ?? 'alliance'} (simulated)`],
      ['Log', `${home.log}, ${count(size)} entries, ${folder}`],
      ['Origin', origin],
      ['Public key', vkey],
      ['Anew', typedAs(form, 'weighbridge sample make')],
      ['Remove', typedAs(form, 'weighbridge sample remove')],
    ]),
  );
  return true;
}
