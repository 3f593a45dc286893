// Changing the log's signer key. The old and the new key both sign one statement, which belongs in the log as an entry;
// from then on checkpoints carry both signatures, so that whoever knows either key can go on, until the old one is
// retired. A key that was stolen is not rotated but ended: `recoverJournal` opens a successor log.
import { canonicalJson } from '@weighbridge/kernel';
import { generateSignerKey, parseSignerKey, parseVerifierKey } from '../note/note-key.ts';
import { openNote, signNote } from '../note/signed-note.ts';
import type { Vault } from './vault.ts';

export interface KeyRotation {
  /** Canonical JSON for the public group of the entry that records it. */
  readonly public: string;
  readonly vkey: string;
}

/** Makes a new log key the current one and keeps the old beside it. The recorder takes it up at its next start. */
export function rotateLogKey(vault: Vault, at: number): KeyRotation {
  const old = vault.signer;
  const skey = generateSignerKey(old.name);
  const fresh = parseSignerKey(skey);
  const text = `weighbridge/key-rotation/v1\n${old.verifier.vkey}\n${fresh.verifier.vkey}\n${at}\n`;
  const statement = signNote(text, [old, fresh]);
  vault.replaceSigners([skey, ...vault.signerTexts()]);
  return { public: canonicalJson({ statement, v: 1, vkey: fresh.verifier.vkey }), vkey: fresh.verifier.vkey };
}

/** Stops signing with every key but the current one. */
export const retireOldKeys = (vault: Vault): void => vault.replaceSigners(vault.signerTexts().slice(0, 1));

/**
 * The key that a rotation statement hands over to, for somebody who trusts `vkey`. Throws PROOF_INVALID unless both keys
 * signed it.
 */
export function followRotation(statement: string, vkey: string): string {
  const trusted = parseVerifierKey(vkey);
  const { text } = openNote(statement, [trusted]);
  const [, , next = ''] = text.split('\n');
  openNote(statement, [parseVerifierKey(next)]);
  return next;
}
