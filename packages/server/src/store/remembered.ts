// Reads that are made again while nothing was written are answered from memory. Tables change by what is folded alone, so
// between two transactions the same statement has the same rows; with the first word of a write all of it is forgotten.
// For a database that nobody else writes to. What is kept has a bound, and what was used longest ago goes first.
import { LIMITS } from '@weighbridge/kernel';
import type { Database, Reader, Row } from './database.ts';

export interface Remembered {
  /** The same database; its writes are noticed. */
  readonly database: Database;
  /** Its reads, remembered. */
  readonly reader: Reader;
}

interface Kept {
  readonly rows: readonly Row[];
  readonly characters: number;
}

export function rememberReads(database: Database, mostCharacters: number = LIMITS.remembered_characters): Remembered {
  const kept = new Map<string, Kept>();
  let held = 0;
  let writing = 0;
  /** Writes begun: rows read beside one may be of before or after it. */
  let begun = 0;
  const forget = (): void => {
    kept.clear();
    held = 0;
  };
  const write = async (work: Promise<void>): Promise<void> => {
    forget();
    begun += 1;
    writing += 1;
    try {
      await work;
    } finally {
      writing -= 1;
    }
  };
  const keep = (name: string, rows: readonly Row[]): void => {
    const characters = rows.length > ROWS_MOST ? null : sizeOf(name, rows, mostCharacters / 4);
    if (characters === null || kept.has(name)) return;
    kept.set(name, { rows, characters });
    held += characters;
    for (const [oldest, { characters: freed }] of kept) {
      if (held <= mostCharacters) break;
      kept.delete(oldest);
      held -= freed;
    }
  };
  return {
    database: {
      kind: database.kind,
      read: (sql, params, most) => database.read(sql, params, most),
      run: (statements) => write(database.run(statements)),
      script: (sql) => write(database.script(sql)),
      tidy: () => database.tidy(),
      memory: () => database.memory(),
      close: () => database.close(),
    },
    reader: {
      read: async (sql, params, most) => {
        const name = JSON.stringify([sql, params, most]);
        const known = kept.get(name);
        if (known !== undefined) {
          kept.delete(name);
          kept.set(name, known);
          return known.rows;
        }
        const at = begun;
        const quiet = writing === 0;
        const rows = await database.read(sql, params, most);
        if (quiet && at === begun) keep(name, rows);
        return rows;
      },
    },
  };
}

/** What a search looks through is longer, and read once. */
const ROWS_MOST = 10_000;
/** What an empty value takes as well. */
const VALUE_CHARACTERS = 24;

/** Characters of a statement and its answer; null beyond `most`. */
function sizeOf(name: string, rows: readonly Row[], most: number): number | null {
  let size = name.length;
  for (const row of rows) {
    for (const value of Object.values(row)) size += VALUE_CHARACTERS + (value?.length ?? 0);
    if (size > most) return null;
  }
  return size;
}
