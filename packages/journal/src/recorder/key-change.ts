// A change of the log's keys, in steps that a crash may come between: it is written down in the vault with all that it
// takes, then done by the one thread that signs, then forgotten. Whoever opens the log next finishes what was begun, so
// that there is never a log whose key changed and whose entries do not say so.
import { canonicalJson } from '@weighbridge/kernel';
import { disk } from '../disk.ts';
import { openJournal } from '../journal.ts';
import { formatHandovers, signHandover } from '../note/handover.ts';
import { generateSignerKey, parseSignerKey } from '../note/note-key.ts';
import { replaceFile } from '../store/durable-file.ts';
import { handoversPath } from '../store/layout.ts';
import type { KeyChange, Vault } from '../vault/vault.ts';

/** The log as it stands when a change begins. */
export interface LogState {
  readonly size: number;
  readonly root: Buffer;
  /** UTC milliseconds. */
  readonly at: number;
  /** Id of the entry to come. */
  readonly id: string;
}

/** What a change of keys came to. */
export interface KeyChanged {
  readonly action: KeyChange['action'];
  /** Index of the entry that records it; null when there was nothing to change. */
  readonly index: number | null;
  /** The key that signs from now on. */
  readonly vkey: string;
  /** A rotation: the key before, which goes on signing beside it. A retirement: keys that sign no more. */
  readonly before: readonly string[];
}

/** The current key goes on signing beside a fresh one; one that was signing beside it is dropped. */
export function planRotation(vault: Vault, { size, root, at, id }: LogState, reason: string | undefined): KeyChange {
  const old = vault.signer;
  const skey = generateSignerKey(old.name);
  const fresh = parseSignerKey(skey);
  const statement = signHandover(old, fresh, { size, root }, at);
  const said = { action: 'rotate', from: old.verifier.vkey, reason, statement, to: fresh.verifier.vkey, v: 1 };
  const skeys = [skey, ...vault.signerTexts().slice(0, 1)];
  return { action: 'rotate', at, id, public: canonicalJson(said), size, skeys };
}

/** Only the current key signs from now on. Null when it is the only one already. */
export function planRetirement(vault: Vault, { size, at, id }: LogState, reason: string | undefined): KeyChange | null {
  const [, ...retired] = vault.signers.map(({ verifier }) => verifier.vkey);
  if (retired.length === 0) return null;
  const said = { action: 'retire', keys: retired, reason, v: 1 };
  return { action: 'retire', at, id, public: canonicalJson(said), size, skeys: vault.signerTexts().slice(0, 1) };
}

/**
 * Writes the statements of all handovers that the log holds beside its checkpoint, where everybody can read them; `coming`:
 * also that of the change whose entry is sealed next, so that whoever reads the checkpoint over it finds the statement.
 */
export function publishHandovers(folder: string, coming?: KeyChange): void {
  const journal = openJournal(folder);
  try {
    const statements: string[] = [];
    for (const { groups } of journal.records({ kinds: ['log_key'] }, ['public'])) {
      const { statement } = JSON.parse(groups.public ?? '{}') as { readonly statement?: string };
      if (statement !== undefined) statements.push(statement);
    }
    const { statement } = JSON.parse(coming?.public ?? '{}') as { readonly statement?: string };
    if (statement !== undefined) statements.push(statement);
    const path = handoversPath(folder);
    const text = formatHandovers(statements);
    if (text === '' || (disk.existsSync(path) && disk.readFileSync(path, 'utf8') === text)) return;
    replaceFile(path, text, 0o644);
  } finally {
    journal.close();
  }
}
