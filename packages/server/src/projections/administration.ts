// What administration did, one row each: keys (without the person who holds one), activations of a configuration, alerts,
// erasures; and how the log grew, by hour and kind of entry. Checkpoints are signed over the log and not entries of it:
// the newest is read from the log itself.
import { AppError } from '@weighbridge/kernel';
import { HOUR_MS } from '@weighbridge/protocol';
import type { ConfigRecord } from '../admin/entries.ts';
import type { KeyCreated, KeyRevoked } from '../keys/fold.ts';
import { FACT_KINDS } from '../projector/decode.ts';
import type { AdministrationFact, Fact } from '../projector/facts.ts';
import type { Fold, Folded, Projection } from '../projector/projection.ts';
import { plainList } from '../store/columns.ts';
import type { Statement } from '../store/database.ts';

const SCHEMA = `
CREATE TABLE admin_key (
  entry bigint PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  name text NOT NULL,
  purpose text,
  team text,
  project text,
  cost_centre text,
  environment text,
  created bigint NOT NULL,
  expires bigint,
  revoked bigint,
  reason text
);
CREATE TABLE admin_configuration (
  entry bigint PRIMARY KEY,
  at bigint NOT NULL,
  digest text NOT NULL,
  previous text,
  source text NOT NULL,
  cause text NOT NULL,
  diff text NOT NULL
);
CREATE TABLE admin_alert (
  entry bigint PRIMARY KEY,
  at bigint NOT NULL,
  alert text NOT NULL,
  about text NOT NULL,
  message text NOT NULL
);
CREATE TABLE admin_erasure (
  entry bigint PRIMARY KEY,
  at bigint NOT NULL
);
CREATE TABLE admin_log (
  hour integer NOT NULL,
  kind text COLLATE "C" NOT NULL,
  entries bigint NOT NULL,
  leaf_bytes bigint NOT NULL,
  first_entry bigint NOT NULL,
  last_entry bigint NOT NULL,
  PRIMARY KEY (hour, kind)
) WITH (fillfactor = 70);
`;

const ADD_LOG = `INSERT INTO admin_log AS kept (hour, kind, entries, leaf_bytes, first_entry, last_entry)
SELECT * FROM unnest($1::integer[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
ON CONFLICT (hour, kind) DO UPDATE SET entries = kept.entries + EXCLUDED.entries,
  leaf_bytes = kept.leaf_bytes + EXCLUDED.leaf_bytes, last_entry = EXCLUDED.last_entry`;

export const administration: Projection = {
  name: 'administration',
  version: 1,
  tables: [
    { name: 'admin_key', key: ['entry'] },
    { name: 'admin_configuration', key: ['entry'] },
    { name: 'admin_alert', key: ['entry'] },
    { name: 'admin_erasure', key: ['entry'] },
    { name: 'admin_log', key: ['hour', 'kind'] },
  ],
  schema: SCHEMA,
  kinds: FACT_KINDS,
  checks: [
    `SELECT (SELECT COALESCE(sum(entries), 0) FROM admin_log WHERE kind = 'alert') = (SELECT count(*) FROM admin_alert) AS sound LIMIT 1`,
  ],
  begin: () => new AdministrationFold(),
};

interface LogCell {
  readonly hour: number;
  readonly kind: string;
  entries: number;
  bytes: number;
  readonly first: number;
  last: number;
}

class AdministrationFold implements Fold {
  readonly #statements: Statement[] = [];
  readonly #log = new Map<string, LogCell>();

  get rows(): number {
    return this.#statements.length + this.#log.size;
  }

  add(fact: Fact): void {
    if (fact.kind === 'broken' || fact.kind === 'closed') return;
    if (fact.kind !== 'call' && fact.kind !== 'pruned call' && fact.kind !== 'decided') {
      const statement = statementOf(fact);
      if (statement !== null) this.#statements.push(statement);
    }
    const hour = Math.floor(fact.at / HOUR_MS);
    const { entry, leafBytes } = fact;
    const kind = fact.kind === 'pruned call' ? 'call' : fact.kind;
    const place = `${hour} ${kind}`;
    const cell = this.#log.get(place);
    if (cell === undefined)
      this.#log.set(place, { hour, kind, entries: 1, bytes: leafBytes, first: entry, last: entry });
    else {
      cell.entries += 1;
      cell.bytes += leafBytes;
      cell.last = entry;
    }
  }

  finish(): Folded {
    if (this.#log.size === 0) return { statements: [], carried: '' };
    const cells = [...this.#log.values()];
    const lists = (['hour', 'kind', 'entries', 'bytes', 'first', 'last'] as const).map((name) =>
      plainList(cells.map((cell) => cell[name])),
    );
    return { statements: [...this.#statements, { sql: ADD_LOG, params: lists }], carried: '' };
  }
}

/** Null for kinds that have no table of their own. */
function statementOf(fact: AdministrationFact): Statement | null {
  const { entry, at } = fact;
  switch (fact.kind) {
    case 'key':
      return keyStatement(fact, JSON.parse(fact.text) as KeyCreated | KeyRevoked);
    case 'config': {
      const { digest, previous, source, cause, diff } = JSON.parse(fact.text) as ConfigRecord;
      return insert('admin_configuration', { entry, at, digest, previous, source, cause, diff: JSON.stringify(diff) });
    }
    case 'alert': {
      const { alert, about, message } = JSON.parse(fact.text) as Readonly<Record<string, string>>;
      return insert('admin_alert', { entry, at, alert, about, message });
    }
    case 'erasure':
      return insert('admin_erasure', { entry, at });
    default:
      return null;
  }
}

function keyStatement({ entry, at }: AdministrationFact, change: KeyCreated | KeyRevoked): Statement {
  if (change.action === 'create') {
    const { id, name, purpose, expires } = change;
    const { team, project, cost_centre, environment } = change.who;
    const who = { team, project, cost_centre, environment };
    return insert('admin_key', { entry, id, name, purpose, ...who, created: at, expires });
  }
  // The first revocation counts. A key that the log before this one made has no row here, and may be revoked here.
  return {
    sql: `UPDATE admin_key SET revoked = COALESCE(revoked, $2::bigint),
  reason = CASE WHEN revoked IS NULL THEN $3::text ELSE reason END WHERE id = $1`,
    params: [change.id, String(at), change.reason ?? null],
  };
}

/** Throws PROJECTION_STOPPED for a value that no column takes. */
function insert(table: string, row: Readonly<Record<string, unknown>>): Statement {
  const given = Object.entries(row).filter(([, value]) => value !== undefined && value !== null);
  const params = given.map(([name, value]) => {
    if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD');
    if (typeof value === 'number') return String(value);
    throw new AppError('PROJECTION_STOPPED', `${name} of ${table} is ${typeof value}`);
  });
  const places = given.map((_, index) => `$${index + 1}`).join(', ');
  return { sql: `INSERT INTO ${table} (${given.map(([name]) => name).join(', ')}) VALUES (${places})`, params };
}
