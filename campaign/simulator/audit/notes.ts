// The auditor's own signed notes: Ed25519 over the text, the key's four-byte name, and the witness's dated form.
import { createHash, createPublicKey, verify } from 'node:crypto';

const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

interface Line {
  readonly name: string;
  readonly id: Buffer;
  readonly signature: Buffer;
}

function takeApart(note: string): { readonly text: string; readonly lines: readonly Line[] } {
  const split = note.lastIndexOf('\n\n');
  const lines = note
    .slice(split + 2, -1)
    .split('\n')
    .map((line) => {
      const [, name = '', encoded = ''] = line.split(' ');
      const bytes = Buffer.from(encoded, 'base64');
      return { name, id: bytes.subarray(0, 4), signature: bytes.subarray(4) };
    });
  return { text: note.slice(0, split + 1), lines };
}

/** Whether the key of this vkey has signed the note: as a log, or, for keys of type 4, as a witness at a stated time. */
export function signedBy(note: string, vkey: string): boolean {
  const [name = '', , ...rest] = vkey.split('+');
  const typed = Buffer.from(rest.join('+'), 'base64');
  if (typed.length !== 33) return false;
  const id = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4);
  const key = createPublicKey({ key: Buffer.concat([SPKI, typed.subarray(1)]), format: 'der', type: 'spki' });
  const { text, lines } = takeApart(note);
  return lines.some((line) => {
    if (line.name !== name || !line.id.equals(id)) return false;
    if (typed[0] === 1) return verify(null, Buffer.from(text), key, line.signature);
    const time = line.signature.readBigUInt64BE(0);
    return verify(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), key, line.signature.subarray(8));
  });
}
