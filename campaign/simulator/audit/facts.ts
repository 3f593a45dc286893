// The auditor's own reading of what the log says to be folded: each entry from its leaf and its record, brought down to
// what the claims about the tables need. Written from docs/projections.md and the contracts of entries.
import { createHash } from 'node:crypto';
import { groupsOf, type Files, type LeafText } from './log-files.ts';
import { openedPersonal } from './vault-files.ts';

export interface SealedEntry {
  readonly bytes: Buffer;
  readonly leaf: LeafText;
  readonly record: Buffer | undefined;
}

/** A call as the tables should have it. */
export interface KnownCall {
  readonly entry: number;
  readonly id: string;
  readonly at: number;
  /** What it adds to a row, by column. */
  readonly adds: Readonly<Record<string, number>>;
  readonly outcome: string;
  readonly deployment: string | null;
  /** Null: no route took it. Undefined: the log does not say before it. */
  readonly route: string | null | undefined;
  readonly ttft: boolean;
  /** Null: erased, or it never had one. Undefined: nobody can tell. */
  readonly team: string | null | undefined;
  readonly erased: boolean | undefined;
}

export interface KnownEntry {
  readonly entry: number;
  readonly kind: string;
  readonly hour: number;
  readonly bytes: number;
}

export interface KnownLog {
  readonly leaves: readonly Buffer[];
  /** All but intents. */
  readonly entries: readonly KnownEntry[];
  readonly calls: readonly KnownCall[];
  /** By digest: the first entry that states a decision, and its route. */
  readonly decided: ReadonlyMap<string, { readonly entry: number; readonly route: string }>;
}

export const HOUR_MS = 3_600_000;
const PICO = 12;

/** What the log of these files comes to. */
export function knownLog(files: Files, sealed: readonly SealedEntry[]): KnownLog {
  const decided = new Map<string, { entry: number; route: string }>();
  const entries: KnownEntry[] = [];
  const calls: KnownCall[] = [];
  for (const [entry, { leaf, record, bytes }] of sealed.entries()) {
    if (leaf.kind === 'intent' || record === undefined) continue;
    entries.push({ entry, kind: leaf.kind, hour: Math.floor(leaf.at / HOUR_MS), bytes: bytes.length });
    const groups = groupsOf(record);
    const commercial = groups.commercial?.text.toString('utf8') ?? '';
    if (leaf.kind === 'decided') {
      const digest = createHash('sha256').update(commercial).digest('base64url');
      const { route } = JSON.parse(commercial) as { readonly route: string };
      if (!decided.has(digest)) decided.set(digest, { entry, route });
    }
    if (leaf.kind !== 'call') continue;
    const personal = groups.personal === undefined ? null : openedPersonal(files, leaf, groups.personal);
    const text = groups.public?.text.toString('utf8') ?? '{}';
    const cost = JSON.parse(commercial) as Commercial;
    const route = cost.decided === '' ? null : decided.get(cost.decided)?.route;
    calls.push({
      ...callOf(entry, leaf, JSON.parse(text) as Public, cost, personal),
      route: route === '' ? null : route,
    });
  }
  return { leaves: sealed.map(({ bytes }) => bytes), entries, calls, decided };
}

interface Commercial {
  readonly decided: string;
  readonly cost: { readonly billed: string | null };
}

interface Public {
  readonly asked: { readonly request_bytes: number };
  readonly attempts: readonly unknown[];
  readonly outcome: string;
  readonly response_bytes?: number;
  readonly served: { readonly deployment: string } | null;
  readonly timing: { readonly started: number; readonly ended: number; readonly ttft_ms?: number };
  readonly usage: { readonly tokens: { readonly input?: number; readonly output?: number } } | null;
}

function callOf(
  entry: number,
  { id, at }: LeafText,
  said: Public,
  { cost }: Commercial,
  personal: string | null | undefined,
): Omit<KnownCall, 'route'> {
  const who =
    typeof personal === 'string' ? (JSON.parse(personal) as { readonly who: { readonly team?: string } }).who : null;
  return {
    entry,
    id,
    at,
    adds: {
      calls: 1,
      errors: ['error', 'cut', 'refused', 'interrupted'].includes(said.outcome) ? 1 : 0,
      attempts: said.attempts.length,
      request_bytes: said.asked.request_bytes,
      response_bytes: said.response_bytes ?? 0,
      total_us: Math.max(0, said.timing.ended - said.timing.started) * 1000,
      tokens_input: said.usage?.tokens.input ?? 0,
      tokens_output: said.usage?.tokens.output ?? 0,
      billed: picoOf(cost.billed),
    },
    outcome: said.outcome,
    deployment: said.served?.deployment ?? null,
    ttft: said.timing.ttft_ms !== undefined,
    team: personal === undefined ? undefined : (who?.team ?? null),
    erased: personal === undefined ? undefined : personal === null,
  };
}

/** Whole 10^-12; the amounts of a run are small. */
function picoOf(text: string | null): number {
  const [whole = '0', part = ''] = (text ?? '0').split('.');
  return Number(whole + part.padEnd(PICO, '0'));
}
