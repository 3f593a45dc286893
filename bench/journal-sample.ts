// Prepared records for the journal part: real receipts, made by the gateway under load a moment ago, not look-alikes.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openJournal } from '@weighbridge/journal';
import type { EntryDraft } from '@weighbridge/protocol';
import { openHome, type Home } from '@weighbridge/server';
import { SMALL, modelName, requestBody, type Dialect } from './bodies.ts';
import { startOurs } from './ours.ts';
import { startUpstream } from './peers.ts';
import { startLoader } from './process.ts';

const CONNECTIONS = 16;
const LOAD_MS = 1500;
const MOST = 2048;

/** Drafts of calls, each an intent and a receipt, in the order of the log. */
export const sampleDrafts = async (folder: string, dialect: Dialect): Promise<readonly EntryDraft[]> => {
  const order = { delayMs: 0, bytes: SMALL };
  const upstream = await startUpstream(null);
  const ours = await startOurs({
    upstream: upstream.port,
    cores: null,
    folder,
    dialect,
    orders: [order],
    durability: 'process',
    lanes: 1,
  });
  const loader = startLoader(null);
  await loader.run({
    kind: 'hop',
    port: ours.port,
    path: ours.path(dialect),
    headers: ours.headers(dialect),
    body: requestBody(dialect, modelName(order), SMALL, false),
    connections: CONNECTIONS,
    warmupMs: 0,
    measureMs: LOAD_MS,
  });
  loader.stop();
  await ours.stop();
  await upstream.stop();
  return readDrafts(openHome(join(folder, 'weighbridge', 'home'), 'live'));
};

const readDrafts = (home: Home): readonly EntryDraft[] => {
  const journal = openJournal(home.journal, { vault: home.vault });
  const drafts: EntryDraft[] = [];
  for (const { index, leaf } of journal.entries()) {
    if (leaf.kind !== 'intent' && leaf.kind !== 'call') continue;
    const groups = journal.groups(index, ['public', 'commercial', 'personal']);
    drafts.push({
      kind: leaf.kind,
      id: leaf.id,
      at: leaf.at,
      ...(groups.public === undefined ? {} : { public: groups.public.text }),
      ...(groups.commercial === undefined ? {} : { commercial: groups.commercial.text }),
      ...(groups.personal === undefined ? {} : { personal: groups.personal.text, subject: 'bench' }),
    });
    if (drafts.length === MOST) break;
  }
  journal.close();
  const whole = inPairs(drafts);
  assert.ok(whole.length >= 100, `the gateway sealed only ${whole.length} entries to take samples from`);
  return whole;
};

/** Entries of calls whose intent and receipt are both there: one alone would be closed as an interrupted call. */
const inPairs = (drafts: readonly EntryDraft[]): EntryDraft[] => {
  const seen = new Map<string, number>();
  for (const { id } of drafts) seen.set(id, (seen.get(id) ?? 0) + 1);
  return drafts.filter(({ id }) => seen.get(id) === 2);
};
