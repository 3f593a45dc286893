// Hashes that spread names over deployments and arms: fast, the same in every lane and after every start, and not meant to
// keep anything secret (none of them is written down).

/** Every bit of the result hangs on every bit of `word` (the finaliser of MurmurHash3). */
export function mix(word: number): number {
  let h = word >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 32 bits of a text, going on from `start` (FNV-1a over its code units). */
export function hashText(text: string, start = 0x811c_9dc5): number {
  let h = start;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x0100_0193);
  return mix(h);
}

/** Between 0 and 1, both left out. */
export const unit = (word: number): number => ((word >>> 0) + 0.5) / 2 ** 32;
