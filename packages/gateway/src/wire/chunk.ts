// A chunk of a chunked body (RFC 9112, section 7.1), and a head before it where one waits, in one piece: Node's own response
// makes several of it, and most of what a stream costs a lane is in writing.

/** `head`: text of one byte a character; '' where none waits. `bytes` are not empty: a chunk without any would end the body. */
export function withChunk(head: string, bytes: Buffer): Buffer {
  const before = `${head}${bytes.length.toString(16)}\r\n`;
  const all = Buffer.allocUnsafe(before.length + bytes.length + 2);
  all.write(before, 0, 'latin1');
  const end = before.length + bytes.copy(all, before.length);
  all[end] = CR;
  all[end + 1] = LF;
  return all;
}

const CR = 0x0d;
const LF = 0x0a;
