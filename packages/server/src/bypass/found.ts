// What an earlier run left of its bypasses when it ended in the middle of a window: the marker says how many calls had begun
// and ended, the other disk (where one is named) what they were. All that can be sealed is, and the window is closed with
// the number of those that cannot: of these the seller's records are all there is.
import { systemClock } from '@weighbridge/kernel';
import { interruptedCall, type Journal } from '@weighbridge/journal';
import type { BypassChange, BypassWindow, CallLate, Config, EntryDraft } from '@weighbridge/protocol';
import type { Alert } from '../admin/alerts.ts';
import { canonical } from '../admin/entries.ts';
import type { Stores } from '../admin/stores.ts';
import { clearMarker, readMarker } from './marker.ts';
import { pageOf } from './windows.ts';
import { emptySpill, readSpill } from './spill.ts';

export interface FoundWindow extends BypassWindow {
  readonly calls: number;
  readonly sealed: number;
  readonly lost: number;
}

type Needed = Pick<Stores, 'nextId'> & {
  readonly journal: Pick<Journal, 'entries' | 'groups' | 'find'>;
  readonly admin: Pick<Stores['admin'], 'append'>;
};

/** Before the first lane takes a call. Throws JOURNAL_UNAVAILABLE; what was done by then is not done twice. */
export async function sealFoundWindows(
  stores: Needed,
  marker: string,
  bypasses: Config['bypasses'],
): Promise<readonly FoundWindow[]> {
  const windows = new Map<string, { readonly window: BypassWindow; begun: number }>();
  const of = (window: BypassWindow): { begun: number } => {
    const key = `${window.bypass} ${window.opened}`;
    const known = windows.get(key) ?? { window, begun: 0 };
    windows.set(key, known);
    return known;
  };
  for (const { bypass, opened, begun } of readMarker(marker)) of({ bypass, opened }).begun += begun;
  const paths = [...new Set(Object.values(bypasses).flatMap(({ spill_file: path }) => path ?? []))];
  for (const path of paths) for await (const { bypass, opened } of readSpill(path)) of({ bypass, opened });
  const found: FoundWindow[] = [];
  for (const { window, begun } of windows.values()) found.push(await sealFound(stores, window, begun, bypasses, paths));
  for (const { window } of windows.values()) clearMarker(marker, window);
  for (const path of paths) emptySpill(path);
  return found;
}

async function sealFound(
  stores: Needed,
  { bypass, opened }: BypassWindow,
  begun: number,
  bypasses: Config['bypasses'],
  paths: readonly string[],
): Promise<FoundWindow> {
  const { journal, admin, nextId } = stores;
  const { owner = '', reason = '' } = Object.hasOwn(bypasses, bypass) ? (bypasses[bypass] ?? {}) : {};
  const entry = (facts: object): EntryDraft => ({
    kind: 'bypass',
    id: nextId(),
    at: systemClock.wall(),
    public: canonical({ ...facts, bypass, opened }),
    commercial: canonical({ owner, reason }),
  });
  const before = writtenOf(journal, { bypass, opened });
  if (!before.opens) await admin.append(entry({ action: 'open' }));
  let sealed = before.calls.size;
  for (const path of paths)
    for await (const draft of unsealedIn(path, { bypass, opened })) {
      // One whose intent was sealed before the journal stopped was closed by recovery: no call is sealed twice.
      if (draft.kind === 'call' && (before.calls.has(draft.id) || isSealed(journal, draft.id))) continue;
      await admin.append(draft);
      if (draft.kind !== 'call') continue;
      before.calls.add(draft.id);
      sealed += 1;
    }
  const calls = Math.max(begun, sealed);
  const lost = calls - sealed;
  const closed = systemClock.wall();
  if (!before.closes)
    await admin.append(entry({ action: 'close', closed, ended: 'restart', calls, sealed, lost, refused: 0 }));
  return { bypass, opened, calls, sealed, lost };
}

const isSealed = (journal: Needed['journal'], id: string): boolean =>
  journal.find(id).some(({ leaf }) => leaf.kind === 'call');

/** What the log holds of a window already. */
function writtenOf(journal: Needed['journal'], { bypass, opened }: BypassWindow) {
  const calls = new Set<string>();
  let opens = false;
  let closes = false;
  for (const { index, leaf } of journal.entries({ kinds: ['bypass', 'call'], since: opened })) {
    if (leaf.kind === 'call' && leaf.by.lane !== 0) continue;
    const text = journal.groups(index, ['public']).public?.text ?? '{}';
    if (leaf.kind === 'call') {
      const { late } = JSON.parse(text) as { readonly late?: CallLate };
      if (late?.bypass === bypass && late.opened === opened) calls.add(leaf.id);
      continue;
    }
    const change = JSON.parse(text) as BypassChange;
    if (change.bypass !== bypass || change.opened !== opened) continue;
    opens ||= change.action === 'open';
    closes ||= change.action === 'close';
  }
  return { calls, opens, closes };
}

/** Entries of its calls, in the order in which they ended; of those that did not, as recovery closes an intent. */
async function* unsealedIn(path: string, { bypass, opened }: BypassWindow): AsyncGenerator<EntryDraft> {
  const begun = new Map<string, EntryDraft>();
  for await (const line of readSpill(path)) {
    if (line.bypass !== bypass || line.opened !== opened) continue;
    if (line.began !== undefined) {
      begun.set(line.began.id, line.began);
      continue;
    }
    for (const draft of line.drafts) {
      if (draft.kind === 'call') begun.delete(draft.id);
      yield draft;
    }
  }
  for (const intent of begun.values()) {
    const closed = interruptedCall(intent, systemClock.wall());
    const open = { ...(JSON.parse(closed.public ?? '{}') as object), late: { bypass, opened } };
    yield { ...closed, public: canonical(open) };
  }
}

export const tellFound = (alert: Alert, found: readonly FoundWindow[]): void => {
  for (const { bypass, opened, calls, sealed, lost } of found)
    alert(
      {
        name: `bypass found ${bypass} ${opened}`,
        alert: 'bypass',
        about: bypass,
        page: pageOf({ bypass, opened }),
        message: `an earlier run ended while its bypass "${bypass}" was open, since ${new Date(opened).toISOString()}: ${calls} calls had gone through it, ${sealed} are sealed, ${lost} are lost`,
      },
      "Import the seller's records, and reconcile it: `weighbridge windows`",
    );
};
