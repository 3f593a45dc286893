// A journal that takes nothing, and takes everything again: its recorder cannot read what the lanes write while something
// else lies in place of their folder. Files that lanes have open go on, as on a disk that is full for new files.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal } from '@weighbridge/journal';
import type { BypassChange, CallPublic } from '@weighbridge/protocol';
import { LaneMarker, layOutMarker } from '../../src/bypass/marker.ts';
import { until } from './server.ts';

const walOf = (journal: string): string => join(journal, 'wal');
const asideOf = (journal: string): string => join(journal, 'wal.aside');

export async function stopLog(origin: string, journal: string): Promise<void> {
  renameSync(walOf(journal), asideOf(journal));
  writeFileSync(walOf(journal), '');
  await until('the journal takes nothing', 5_000, async () => ((await sealing(origin)) ? undefined : true));
}

export function mendLog(journal: string): void {
  if (!existsSync(asideOf(journal))) return;
  rmSync(walOf(journal));
  renameSync(asideOf(journal), walOf(journal));
}

export const sealing = async (origin: string): Promise<boolean> =>
  ((await (await fetch(`${origin}/readyz`)).json()) as { journal: boolean }).journal;

/** What a run leaves behind that was killed in a window, with nothing on another disk: so many calls are lost. */
export function leaveWindow(root: string, bypass: string, opened: number, calls: number): void {
  mkdirSync(root, { recursive: true });
  const marker = join(root, 'bypass.state');
  layOutMarker(marker);
  const lane = new LaneMarker(marker, 1);
  for (let i = 0; i < calls; i += 1) lane.began(bypass, opened);
  lane.ended(bypass, opened);
  lane.close();
}

export interface Told {
  readonly windows: readonly BypassChange[];
  /** Late receipts, by window. */
  readonly late: readonly (CallPublic & { readonly id: string })[];
}

/** What a log says of bypasses. */
export function bypassesIn(journal: string, vault: string): Told {
  const log = openJournal(journal, { vault });
  try {
    const windows: BypassChange[] = [];
    const late: (CallPublic & { id: string })[] = [];
    for (const { index, leaf } of log.entries({ kinds: ['bypass', 'call'] })) {
      const text = log.groups(index, ['public']).public?.text ?? '{}';
      if (leaf.kind === 'bypass') windows.push(JSON.parse(text) as BypassChange);
      else {
        const call = JSON.parse(text) as CallPublic;
        if (call.late !== undefined) late.push({ ...call, id: leaf.id });
      }
    }
    return { windows, late };
  } finally {
    log.close();
  }
}
