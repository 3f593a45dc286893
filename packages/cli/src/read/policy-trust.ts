// Whom `verify` believes: the key given, or the logs of the policy, and with a policy the witnesses on top. A log is found
// among several by the checkpoint that it shows; nothing of that is believed before its key has verified it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@weighbridge/kernel';
import { handoversBeside, logKeyFor, trustOf, type Policy, type WitnessLogOptions } from '@weighbridge/journal';
import { text, type Context } from '../frame/command.ts';
import { handoversOf, keyOf, keyText, policyOf, type Evidence } from './evidence.ts';
import { parseSpan } from './instants.ts';

/** A log that is served is expected to be cosigned again every few minutes. */
const SERVED_FRESH_MS = 3_600_000;
const NOTE_BYTES_MOST = 1_000_000;
const FETCH_MS = 30_000;

export interface VerifierTrust {
  /** Of the one log; absent for a receipt that a policy with logs of its own judges. */
  readonly vkey?: string;
  readonly policy?: Policy;
}

/** Throws USAGE or CONFIG_INVALID for what its user gave wrongly. */
export async function trustFor(context: Context, evidence: Evidence): Promise<VerifierTrust> {
  const policy = policyOf(context);
  if (policy === undefined) return { vkey: keyOf(context, evidence) };
  const given = text(context, 'key');
  if (given === undefined && policy.logs.length === 0) return { vkey: keyOf(context, evidence), policy };
  if (given !== undefined) {
    const vkey = keyText(context, given);
    const handovers = handoversOf(context, evidence, [vkey]) ?? shownHandovers(evidence);
    trustOf({ policy, vkey, handovers }); // Refuses where the two disagree.
    return { vkey, policy };
  }
  const trust = trustOf({ policy });
  const [only] = trust.logs;
  if (trust.logs.length === 1 && only !== undefined) return { vkey: only.vkey, policy };
  if (evidence.kind === 'receipt') return { policy };
  const note = await shownCheckpoint(evidence);
  return { vkey: note === null ? (only?.vkey ?? '') : logKeyFor(trust, note), policy };
}

/** Null where there is none to be had: the check that follows says why. */
async function shownCheckpoint(evidence: Exclude<Evidence, { kind: 'receipt' }>): Promise<string | null> {
  if (evidence.kind === 'url') {
    const signal = AbortSignal.timeout(FETCH_MS);
    const response = await fetch(`${evidence.url}/checkpoint`, { signal, redirect: 'error' }).catch(() => null);
    const note = response?.ok === true ? await response.text() : '';
    return note.includes('\n— ') && note.length < NOTE_BYTES_MOST ? note : null;
  }
  const path = join(evidence.kind === 'own' ? evidence.home.journal : evidence.path, 'log', 'checkpoint');
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/** Of a folder. A log at a URL shows its own once it is verified. */
const shownHandovers = (evidence: Evidence): string => {
  if (evidence.kind === 'own') return handoversBeside(evidence.home.journal);
  return evidence.kind === 'folder' ? handoversBeside(evidence.path) : '';
};

/** How witnesses are to be heard on a whole log; undefined without a policy. */
export function hearingOf(context: Context, trust: VerifierTrust, evidence: Evidence): WitnessLogOptions | undefined {
  const { policy, vkey } = trust;
  if (policy === undefined || vkey === undefined) return undefined;
  const asked = text(context, 'fresh');
  const fresh = asked === undefined ? undefined : parseSpan(asked, 'fresh');
  const freshMs = fresh ?? (evidence.kind === 'url' ? SERVED_FRESH_MS : undefined);
  return {
    trust: { ...trustOf({ vkey }), policy },
    fetch,
    now: systemClock.wall(),
    ...(freshMs === undefined ? {} : { freshMs }),
    onMissing: (why) => context.out.note(`Not counted: ${why}`),
  };
}
