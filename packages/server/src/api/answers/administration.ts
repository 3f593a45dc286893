// Keys, the configuration and its history, alerts, views: what administration holds, as pages show it.
import type { Snapshot } from '@weighbridge/gateway';
import type { ControlAnswer, ControlAsked, ControlKey, EntryKind } from '@weighbridge/protocol';
import type { Change, ConfigRecord } from '../../admin/entries.ts';
import type { KeyView } from '../../admin/key-store.ts';
import type { Asked, ControlPorts } from '../ports.ts';

const CHANGES_MOST = 200;

// --- keys

export function keysAnswer(
  { administration, clock }: Pick<ControlPorts, 'administration' | 'clock'>,
  { all, before, limit }: ControlAsked<'keys'>,
): ControlAnswer<'keys'> {
  const snapshot = administration.snapshot();
  const keys = administration.keys();
  const rows: ControlKey[] = [];
  for (let index = Math.min(before ?? Infinity, keys.length) - 1; index >= 0; index -= 1) {
    const key = keys[index];
    if (key === undefined) continue;
    const row = keyRow(key, snapshot, clock.wall());
    if (!all && row.state !== 'in force') continue;
    if (rows.length === limit) return { rows, next: index + 1 };
    rows.push(row);
  }
  return { rows, next: null };
}

export async function createKeyAnswer(
  { administration, clock }: ControlPorts,
  { name, who, expires, aws }: ControlAsked<'createKey'>,
  { actor }: Asked,
): Promise<ControlAnswer<'createKey'>> {
  const given = Object.fromEntries(Object.entries(who).filter(([, value]) => value !== undefined && value !== ''));
  const asked = { name, who: given, aws, ...(expires === undefined ? {} : { expires }) };
  const made = await administration.createKey(asked, actor);
  return { ...made, state: keyRow(made.state, administration.snapshot(), clock.wall()) };
}

export async function revokeKeyAnswer(
  { administration, clock }: ControlPorts,
  { id, reason }: ControlAsked<'revokeKey'>,
  { actor }: Asked,
): Promise<ControlAnswer<'revokeKey'>> {
  const state = await administration.revokeKey(id, reason, actor);
  return keyRow(state, administration.snapshot(), clock.wall());
}

function keyRow(key: KeyView, snapshot: Snapshot, now: number): ControlKey {
  const record = snapshot.keys.find(({ id }) => id === key.id);
  const expired = key.expires !== undefined && key.expires <= now;
  const policy = record === undefined || record.unlisted === true ? null : record.policy;
  return {
    id: key.id,
    name: key.name,
    state: key.revoked ? 'revoked' : expired ? 'expired' : 'in force',
    who: { ...key.who },
    created: key.created,
    expires: key.expires ?? null,
    revoked: key.revokedAt ?? null,
    purpose: key.purpose ?? null,
    policy:
      policy === null ? null : { routes: [...policy.routes], clouds: [...policy.clouds], regions: [...policy.regions] },
  };
}

// --- configuration

export async function configurationAnswer({
  administration,
  stores: { journal },
  status,
}: ControlPorts): Promise<ControlAnswer<'configuration'>> {
  const { digest, source } = (await status()).config;
  const newest = read<ConfigRecord>(journal, 'config', undefined, 1).rows[0];
  return {
    digest,
    source,
    // The entry of a change that was made a moment ago is not sealed yet.
    since: newest?.content.digest === digest ? newest.at : null,
    config: administration.config() as unknown as Record<string, unknown>,
    warnings: administration.warnings().map(({ path, line, message, mend }) => ({
      path,
      line: line === 0 ? null : line,
      message,
      mend,
    })),
  };
}

export function configurationsAnswer(
  { stores: { journal, blobs } }: Pick<ControlPorts, 'stores'>,
  { before, limit }: ControlAsked<'configurations'>,
): ControlAnswer<'configurations'> {
  const { rows, next } = read<ConfigRecord>(journal, 'config', before, limit);
  return {
    next,
    rows: rows.map(({ entry, at, content }) => {
      const changes = blobs.resolve(content.diff) as readonly Change[];
      return {
        entry,
        at,
        digest: content.digest,
        previous: content.previous,
        source: content.source,
        cause: content.cause,
        by: content.by ?? null,
        changes: changes.slice(0, CHANGES_MOST).map((change) => ({ ...change })),
        more: Math.max(0, changes.length - CHANGES_MOST),
      };
    }),
  };
}

interface Read<Content> {
  readonly rows: readonly { readonly entry: number; readonly at: number; readonly content: Content }[];
  readonly next: number | null;
}

/** Commercial groups of entries of one kind that an index lists, newest first. */
function read<Content>(
  journal: ControlPorts['stores']['journal'],
  kind: EntryKind,
  before: number | undefined,
  limit: number,
): Read<Content> {
  const rows: Read<Content>['rows'][number][] = [];
  const to = before === undefined ? {} : { to: before };
  for (const { index, leaf } of journal.entries({ kinds: [kind], newestFirst: true, ...to })) {
    if (rows.length === limit) return { rows, next: rows.at(-1)?.entry ?? null };
    const text = journal.groups(index, ['commercial']).commercial?.text;
    if (text !== undefined) rows.push({ entry: index, at: leaf.at, content: JSON.parse(text) as Content });
  }
  return { rows, next: null };
}
