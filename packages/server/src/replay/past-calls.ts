// Calls of one route out of the log, newest first and as many as a simulation takes, each with what its decision was about.
// Decisions stand once, before the first call that refers to them: they are looked for backwards, the nearest first.
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { PastCall } from '@weighbridge/gateway';
import type { Journal, LogRecord } from '@weighbridge/journal';
import { moneyFromDecimal } from '@weighbridge/kernel';
import { GROUPS, type CallCommercial, type CallPersonal, type CallPublic, type Decision } from '@weighbridge/protocol';

/** Calls at most, and entries that are looked at for them. */
export const CALLS_MOST = 10_000;
const ENTRIES_MOST = 400_000;
/** Calls that wait for their decisions at a time, and entries that are looked through for those at a time. */
const CHUNK_CALLS = 2_048;
const STEP_ENTRIES = 16_384;

export interface PastCalls {
  /** In the order in which they began. */
  readonly calls: readonly PastCall[];
  /** Calls of the route that nothing served, or of which nobody knows what they used. */
  readonly leftOut: number;
  /** Calls of the period that are older than what was looked at are missing. */
  readonly cut: boolean;
}

export interface Wanted {
  readonly route: string;
  readonly since: number;
  readonly until: number;
}

interface Read {
  readonly index: number;
  readonly public: CallPublic;
  readonly commercial: CallCommercial;
  readonly personal: CallPersonal | null;
}

export async function pastCalls(journal: Journal, wanted: Wanted): Promise<PastCalls> {
  const { since, until } = wanted;
  const found: PastCall[] = [];
  const decisions = new Map<string, Decision>();
  let leftOut = 0;
  let cut = false;
  const { size } = journal.checkpoint();
  const from = Math.max(0, size - ENTRIES_MOST);
  const filter = { kinds: ['call'], since, until, from, newestFirst: true, pruned: 'skip' } as const;
  for await (const chunk of chunksOf(journal.records(filter, GROUPS))) {
    await resolve(journal, chunk, decisions);
    for (const read of chunk) {
      const decision = decisions.get(read.commercial.decided);
      if (decision?.route !== wanted.route) continue;
      if (found.length === CALLS_MOST) {
        cut = true;
        break;
      }
      const call = toPastCall(read, decision);
      if (call === null) leftOut += 1;
      else found.push(call);
    }
    if (cut) break;
  }
  return { calls: found.toSorted((a, b) => a.at - b.at), leftOut, cut: cut || from > 0 };
}

async function* chunksOf(records: Iterable<LogRecord>): AsyncGenerator<readonly Read[]> {
  let chunk: Read[] = [];
  let looked = 0;
  for (const { index, groups } of records) {
    looked += 1;
    if (looked % 256 === 0) await setImmediate();
    if (groups.public === undefined || groups.commercial === undefined) continue;
    chunk.push({
      index,
      public: JSON.parse(groups.public) as CallPublic,
      commercial: JSON.parse(groups.commercial) as CallCommercial,
      personal: groups.personal === undefined ? null : (JSON.parse(groups.personal) as CallPersonal),
    });
    if (chunk.length < CHUNK_CALLS) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** A digest that no entry states stays away: such a call is of no known route. */
async function resolve(journal: Journal, chunk: readonly Read[], known: Map<string, Decision>): Promise<void> {
  const missing = new Set(chunk.map(({ commercial }) => commercial.decided).filter((digest) => !known.has(digest)));
  missing.delete('');
  let to = chunk[0]?.index ?? 0;
  const stop = Math.max(0, to - ENTRIES_MOST);
  for (; to > stop && missing.size > 0; to -= STEP_ENTRIES) {
    const range = { kinds: ['decided'], from: Math.max(0, to - STEP_ENTRIES), to } as const;
    for (const { groups } of journal.records({ ...range, pruned: 'skip' }, ['commercial'])) {
      const text = groups.commercial;
      if (text === undefined) continue;
      const digest = createHash('sha256').update(text).digest('base64url');
      if (!missing.delete(digest)) continue;
      known.set(digest, JSON.parse(text) as Decision);
    }
    await setImmediate();
  }
}

function toPastCall(read: Read, decision: Decision): PastCall | null {
  const { asked, served, usage, timing } = read.public;
  if (served === null || usage === null || usage.source === 'unknown') return null;
  const who = read.personal?.who;
  const out = decision.candidates.filter(({ verdict }) => verdict === 'rejected' || verdict === 'tried');
  const excluded = new Set(out.map(({ deployment }) => deployment));
  const [first] = decision.candidates;
  const inOrder = decision.strategy === 'priority' && first !== undefined && excluded.has(first.deployment);
  const { billed } = read.commercial.cost;
  return {
    at: timing.started,
    totalMs: Math.max(0, timing.ended - timing.started),
    waitMs: timing.ttft_ms ?? null,
    stream: asked.stream,
    requestBytes: asked.request_bytes,
    maxOutputTokens: asked.max_output_tokens,
    session: who?.session ?? who?.end_user ?? null,
    person: who?.end_user ?? who?.session ?? null,
    deployment: served.deployment,
    usage,
    billed: billed === null ? null : moneyFromDecimal(billed),
    spilled: served.fallback || served.capacity === 'spilled' || inOrder,
    offered: new Set(decision.candidates.map(({ deployment }) => deployment)),
    excluded,
  };
}
