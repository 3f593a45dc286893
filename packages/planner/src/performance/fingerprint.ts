// Thirty-two bits of a text, the same everywhere: which fold a row belongs to, and whether a configuration was seen. Not a secret and
// no proof: two texts may share one.

export function fingerprint(text: string): number {
  let held = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) held = Math.imul(held ^ text.charCodeAt(at), 0x01000193);
  held = Math.imul(held ^ (held >>> 15), 0x85ebca6b);
  return (held ^ (held >>> 13)) >>> 0;
}

export const fingerprintText = (text: string): string => fingerprint(text).toString(36);
