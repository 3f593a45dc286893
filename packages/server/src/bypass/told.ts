// Windows as the log tells of them, and the late receipts of one: read from the entries themselves, which are few of their
// kind and lie together, since all of a window is sealed when it can be.
import type { Journal } from '@weighbridge/journal';
import {
  usageTotals,
  type BypassChange,
  type BypassEnd,
  type BypassTerms,
  type BypassWindow,
  type CallPublic,
} from '@weighbridge/protocol';
import { ADMIN_LANE } from '../admin/stores.ts';

type Readable = Pick<Journal, 'entries' | 'groups' | 'checkpoint'>;

export interface ToldWindow extends BypassWindow {
  readonly owner: string;
  readonly reason: string;
  /** Of the entry that says that it opened. */
  readonly from: number;
  /** Of the entry that says that it closed; null where none does. */
  readonly to: number | null;
  readonly close: {
    readonly closed: number;
    readonly ended: BypassEnd;
    readonly calls: number;
    readonly sealed: number;
    readonly lost: number;
    readonly refused: number;
  } | null;
}

export interface LateCall {
  readonly id: string;
  readonly entry: number;
  readonly at: number;
  readonly deployment: string | null;
  readonly outcome: string;
  readonly requests: readonly { readonly deployment: string; readonly id: string }[];
  readonly tokens: number | null;
}

/** In the order in which they opened. */
export function toldWindows(journal: Readable): readonly ToldWindow[] {
  const windows = new Map<string, ToldWindow>();
  for (const { index, leaf } of journal.entries({ kinds: ['bypass'] })) {
    if (leaf.kind !== 'bypass') continue;
    const groups = journal.groups(index, ['public', 'commercial']);
    const change = JSON.parse(groups.public?.text ?? '{}') as BypassChange;
    const { owner, reason } = JSON.parse(groups.commercial?.text ?? '{}') as BypassTerms;
    const { bypass, opened } = change;
    const key = `${bypass} ${opened}`;
    const before = windows.get(key) ?? { bypass, opened, owner, reason, from: index, to: null, close: null };
    if (change.action === 'open') windows.set(key, before);
    else {
      const { closed, ended, calls, sealed, lost, refused } = change;
      windows.set(key, { ...before, to: index, close: { closed, ended, calls, sealed, lost, refused } });
    }
  }
  return [...windows.values()];
}

/** Late receipts of a window that the log holds. */
export function* lateCalls(journal: Readable, window: ToldWindow): Generator<LateCall> {
  const to = window.to ?? journal.checkpoint().size;
  for (const { index, leaf } of journal.entries({ kinds: ['call'], from: window.from, to })) {
    if (leaf.by.lane !== ADMIN_LANE) continue;
    const text = journal.groups(index, ['public']).public?.text;
    if (text === undefined) continue;
    const call = JSON.parse(text) as CallPublic;
    if (call.late?.bypass !== window.bypass || call.late.opened !== window.opened) continue;
    yield callOf(index, leaf, call);
  }
}

function callOf(entry: number, { id, at }: { readonly id: string; readonly at: number }, call: CallPublic): LateCall {
  const { attempts, served, usage, outcome } = call;
  const totals = usage === null ? null : usageTotals(usage);
  return {
    id,
    entry,
    at,
    outcome,
    deployment: served?.deployment ?? attempts.at(-1)?.deployment ?? null,
    requests: attempts.flatMap(({ deployment, vendor_request_id: request }) =>
      request === undefined ? [] : [{ deployment, id: request }],
    ),
    tokens: totals === null ? null : totals.prompt + totals.completion,
  };
}
