// One projector at a time writes to a database. Whoever opens the tables takes them over, and from then on nothing of the one
// before is carried out any more: what it asked for and a server does late, and what it goes on to ask for while it runs
// still. Each write says who it is from, in its own transaction; one from somebody else undoes itself.
import { randomUUID } from 'node:crypto';
import { AppError, isAppError } from '@weighbridge/kernel';
import type { Database, Statement } from '../store/database.ts';

/** Not a part of what a projection's rows were made by: see `identityOf`. */
const HOLDER_SCHEMA = `
CREATE TABLE IF NOT EXISTS projector (
  part text COLLATE "C" PRIMARY KEY,
  holder text NOT NULL
);
INSERT INTO projector (part, holder) VALUES ('all', 'nobody')
ON CONFLICT (part) DO NOTHING;
`;

/** Others may take it over in the same moment; hardly so often. */
const TRIES = 10;
const DIVISION_BY_ZERO = '22012';

const lost = (): AppError =>
  new AppError('PROJECTION_TAKEN', 'another instance has opened these tables since, and writes to them now');
const OVERTAKEN = new AppError('DATABASE_UNAVAILABLE', 'somebody else took the tables over in the same moment');

/**
 * This database, writing only while nobody else took it over. Takes it over from whoever has it. Throws
 * DATABASE_UNAVAILABLE, DATABASE_CORRUPT; its writes throw PROJECTION_TAKEN once somebody else has it.
 */
export async function takeOver(database: Database): Promise<Database> {
  const holder = randomUUID();
  await database.script(HOLDER_SCHEMA);
  for (let tries = 0; !(await taken(database, holder)); tries += 1) {
    if (tries === TRIES) throw OVERTAKEN;
  }
  const mine: Statement = {
    sql: 'UPDATE projector SET holder = holder WHERE holder = $1',
    params: [holder],
    affects: 1,
    otherwise: lost,
  };
  // No row, no quotient: a script has no other way to undo itself.
  const guard = `WITH held AS (UPDATE projector SET holder = holder WHERE holder = '${holder}' RETURNING 1) SELECT 1 / count(*) FROM held;\n`;
  return {
    kind: database.kind,
    read: (sql, params, most) => database.read(sql, params, most),
    run: (statements) => database.run([mine, ...statements]),
    script: async (sql) => {
      try {
        await database.script(guard + sql);
      } catch (error) {
        throw isDivision(error) ? lost() : error;
      }
    },
    tidy: () => database.tidy(),
    memory: () => database.memory(),
    close: () => database.close(),
  };
}

/** From whom it was just read to have it: what another one asked for earlier, and is done late, finds somebody else there. */
async function taken(database: Database, holder: string): Promise<boolean> {
  const [row] = await database.read('SELECT holder FROM projector LIMIT 1', [], 1);
  const sql = 'UPDATE projector SET holder = $1 WHERE holder = $2';
  try {
    await database.run([{ sql, params: [holder, row?.['holder'] ?? null], affects: 1, otherwise: () => OVERTAKEN }]);
    return true;
  } catch (error) {
    if (error === OVERTAKEN) return false;
    throw error;
  }
}

const isDivision = (error: unknown): boolean =>
  isAppError(error) && (error.cause as { readonly code?: unknown } | undefined)?.code === DIVISION_BY_ZERO;
