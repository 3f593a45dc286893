// The files of calls that wait, joined to the journal of their lane: one whose receipt is sealed waits for nothing, and one
// that can be read no more (its subject was erased) is closed as interrupted, with what the log still says of it.
import { interruptedCall, openJournal, type Journal, type Vault, type WriteAhead } from '@weighbridge/journal';
import { systemClock } from '@weighbridge/kernel';
import type { WaitingStore } from '@weighbridge/gateway';
import type { LaneSetup } from './setup.ts';
import { openWaitingFiles } from './waiting-files.ts';

export function openWaitingStore(setup: LaneSetup, vault: Vault, sealer: WriteAhead): WaitingStore {
  const { waiting: folder, lane, journal: path } = setup;
  let opened: Journal | undefined;
  const journal = (): Journal => (opened ??= openJournal(path, { vault: setup.vault }));
  return openWaitingFiles({
    folder,
    lane,
    vault,
    now: () => systemClock.wall(),
    isSealed: (id) =>
      journal()
        .find(id)
        .some(({ leaf }) => leaf.kind === 'call'),
    unreadable: (id) => closeLost(id, journal(), setup, sealer),
  });
}

/** Whose call it was went with the key; that it was made, and that nobody knows its cost, stays. */
function closeLost(id: string, journal: Journal, { activation }: LaneSetup, sealer: WriteAhead): void {
  const intent = journal.find(id).find(({ leaf }) => leaf.kind === 'intent');
  if (intent === undefined) return;
  const { organisation } = activation.snapshot;
  const said = journal.groups(intent.index, ['public']).public?.text;
  const draft = interruptedCall(
    {
      kind: 'intent',
      id,
      at: intent.leaf.at,
      commercial: '{"decided":""}',
      personal: JSON.stringify({ who: { organisation } }),
      subject: organisation,
      ...(said === undefined ? {} : { public: said }),
    },
    Math.round(systemClock.wall()),
  );
  sealer.append(draft).catch(() => undefined);
}
