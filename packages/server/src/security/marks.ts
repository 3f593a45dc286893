// How far each destination of security events is in the log: a small file in the home folder, replaced as a whole. Without it,
// or of another log, a destination begins where the instance says.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

export interface Marks {
  /** The first entry that did not go out; undefined: nothing is known. */
  of(name: string): number | undefined;
  keep(name: string, mark: number): void;
}

interface Kept {
  readonly origin: string;
  readonly marks: Readonly<Record<string, number>>;
}

export function openMarks(path: string, origin: string): Marks {
  let marks = readMarks(path, origin);
  return {
    of: (name) => marks[name],
    keep: (name, mark) => {
      marks = { ...marks, [name]: mark };
      const kept: Kept = { origin, marks };
      writeFileSync(`${path}.new`, JSON.stringify(kept), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
  };
}

/** Of a log that another one was succeeded by, everything is new. */
function readMarks(path: string, origin: string): Readonly<Record<string, number>> {
  let kept: Partial<Kept>;
  try {
    kept = JSON.parse(readFileSync(path, 'utf8')) as Partial<Kept>;
  } catch {
    return {}; // Not there, or not whole: as if nothing had gone out since the start.
  }
  const marks = Object.entries(kept.marks ?? {}).filter(([, mark]) => Number.isSafeInteger(mark) && mark >= 0);
  return Object.fromEntries(kept.origin === origin ? marks : marks.map(([name]) => [name, 0]));
}
