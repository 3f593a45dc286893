// Asks witnesses one time for their cosignature of a log's newest checkpoint, to hear what they remember of it: whoever is
// about to go on with a log wants to know that nobody has seen more of it.
import type { Checkpoint } from '../contract.ts';
import { TileTree } from '../merkle/proof.ts';
import { HashReader } from '../store/hash-store.ts';
import { parseCosignerKey } from '../witness/cosignature.ts';
import { submit, witnessUrl, type Submitted } from './submit.ts';

export interface WitnessSaid {
  readonly name: string;
  readonly url: string;
  readonly said: Submitted;
}

/** All at once, each within `LIMITS.witness_ms`. Throws CONFIG_INVALID or PROOF_INVALID for an address or a key that is none. */
export async function askWitnessesOnce(
  folder: string,
  checkpoint: Checkpoint,
  witnesses: readonly { readonly url: string; readonly vkey: string }[],
): Promise<readonly WitnessSaid[]> {
  const asked = witnesses.map(({ url, vkey }) => ({ url: witnessUrl(url), key: parseCosignerKey(vkey) }));
  const hashes = new HashReader(folder);
  try {
    return await Promise.all(
      asked.map(async (witness) => {
        const said = await submit({
          witness,
          checkpoint,
          tree: new TileTree(checkpoint.size, hashes.read),
          old: checkpoint.size,
          cosigned: 0,
          fetch,
          signal: new AbortController().signal,
        });
        return { name: witness.key.name, url: witness.url, said };
      }),
    );
  } finally {
    hashes.close();
  }
}
