// The SHA-256 of a file that somebody names, made in this page: the file is read and goes nowhere.
import { useRef, useState } from 'react';

export type FileDigest =
  | { readonly state: 'none' }
  | { readonly state: 'reading'; readonly name: string }
  | { readonly state: 'done'; readonly name: string; readonly bytes: number; readonly sha256: string }
  | { readonly state: 'refused'; readonly why: string };

/** A page reads a file whole before it can hash it. */
export const MAX_DIGEST_BYTES = 256 * 1024 * 1024;

export const hexOf = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

type Readable = Pick<File, 'name' | 'size' | 'arrayBuffer'>;

export async function digestOfFile(file: Readable): Promise<FileDigest> {
  if (file.size > MAX_DIGEST_BYTES)
    return {
      state: 'refused',
      why: `${file.name} is larger than 256 MiB, which a page should not read. Write the output of sha256sum instead.`,
    };
  try {
    const sha256 = hexOf(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
    return { state: 'done', name: file.name, bytes: file.size, sha256 };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      state: 'refused',
      why: `${file.name} could not be read here: ${why}. Write the output of sha256sum instead.`,
    };
  }
}

/** A file that was overtaken by another one is forgotten. */
export function useFileDigest(done: (sha256: string) => void): {
  readonly digest: FileDigest;
  readonly take: (file: Readable | undefined) => void;
} {
  const [digest, setDigest] = useState<FileDigest>({ state: 'none' });
  const run = useRef(0);
  const take = (file: Readable | undefined): void => {
    if (file === undefined) return;
    run.current += 1;
    const own = run.current;
    setDigest({ state: 'reading', name: file.name });
    void digestOfFile(file).then((read) => {
      if (run.current !== own) return;
      setDigest(read);
      if (read.state === 'done') done(read.sha256);
    });
  };
  return { digest, take };
}
