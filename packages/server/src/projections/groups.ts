// Groups: the distinct combinations of dimensions that calls are added up under. A group's name is a digest of its
// dimensions, so it is the same whenever and wherever it is first seen. The opaque subject is one of them: an erasure
// then concerns whole groups, and moves their sums to the group that differs in nothing but that nobody is named.
import { createHash } from 'node:crypto';
import type { CallFact } from '../projector/call-fact.ts';
import { namesOf, plainList, textList, unnest, type Column } from '../store/columns.ts';
import type { Reader, Row, Statement } from '../store/database.ts';

const PERSONAL = ['organisation', 'project', 'team', 'key', 'subject'] as const;
const SERVED = ['route', 'model', 'deployment', 'cloud', 'region', 'tier', 'outcome', 'currency'] as const;

export interface Group {
  /** 128 bits of a SHA-256 in the form of a UUID, without hyphens. */
  readonly grp: string;
  readonly personal: readonly (string | null)[];
  readonly erased: boolean;
  readonly served: readonly (string | null)[];
}

const TEXT_COLUMNS: readonly Column[] = [...PERSONAL, ...SERVED].map((name) => ({ name, type: 'text' }));
const COLUMNS: readonly Column[] = [
  { name: 'grp', type: 'uuid' },
  ...TEXT_COLUMNS,
  { name: 'erased', type: 'boolean' },
];

export const GROUP_TABLE = `
CREATE TABLE rollup_group (
  grp uuid PRIMARY KEY,
  ${TEXT_COLUMNS.map(({ name }) => `${name} text`).join(',\n  ')},
  erased boolean NOT NULL
);
CREATE INDEX rollup_group_subject ON rollup_group (subject) WHERE subject IS NOT NULL;
`;

const named = (personal: Group['personal'], erased: boolean, served: Group['served']): Group => {
  const dimensions = JSON.stringify([...personal, erased, ...served]);
  return { grp: createHash('sha256').update(dimensions).digest('hex').slice(0, 32), personal, erased, served };
};

export type Dimensions = readonly (string | boolean | null)[];

export const dimensionsOf = (call: CallFact): Dimensions => [
  call.who.organisation,
  call.who.project,
  call.who.team,
  call.who.key,
  call.subject,
  call.erased,
  call.route,
  call.model,
  call.deployment,
  call.cloud,
  call.region,
  call.tier,
  call.outcome,
  call.currency,
];

/** What stands where in `dimensionsOf`. */
export const GROUP_DIMENSIONS = { personal: PERSONAL, erased: PERSONAL.length, served: SERVED } as const;

/** As `dimensionsOf` lays them out. */
export const groupOf = (dimensions: Dimensions): Group =>
  named(
    dimensions.slice(0, PERSONAL.length) as readonly (string | null)[],
    dimensions[PERSONAL.length] === true,
    dimensions.slice(PERSONAL.length + 1) as readonly (string | null)[],
  );

const NOBODY: readonly null[] = PERSONAL.map(() => null);

/** Where the sums of a group go when its person is erased. */
export const withoutPerson = (group: Group): Group => named(NOBODY, true, group.served);

export function keepGroups(groups: readonly Group[]): Statement {
  const texts = [...PERSONAL, ...SERVED].map((_, index) =>
    textList(groups.map(({ personal, served }) => [...personal, ...served][index] ?? null)),
  );
  return {
    sql: `INSERT INTO rollup_group (${namesOf(COLUMNS)}) SELECT * FROM ${unnest(COLUMNS)} ON CONFLICT (grp) DO NOTHING`,
    params: [plainList(groups.map(({ grp }) => grp)), ...texts, plainList(groups.map(({ erased }) => String(erased)))],
  };
}

const SUBJECTS_MOST = 1_000_000;
const GROUPS_MOST = 1_000_000;

/** Every subject that some group is of. */
export async function subjectsOf(reader: Reader): Promise<readonly string[]> {
  const sql = `SELECT DISTINCT subject FROM rollup_group WHERE subject IS NOT NULL LIMIT ${SUBJECTS_MOST}`;
  return (await reader.read(sql, [], SUBJECTS_MOST)).flatMap(({ subject }) => subject ?? []);
}

export async function groupsOf(reader: Reader, subjects: readonly string[]): Promise<readonly Group[]> {
  const sql = `SELECT ${namesOf(COLUMNS)} FROM rollup_group WHERE subject = ANY($1::text[]) ORDER BY grp LIMIT ${GROUPS_MOST}`;
  const rows = await reader.read(sql, [textList(subjects)], GROUPS_MOST);
  return rows.map((row: Row): Group => ({
    grp: (row['grp'] ?? '').replaceAll('-', ''),
    personal: PERSONAL.map((name) => row[name] ?? null),
    erased: row['erased'] === 't',
    served: SERVED.map((name) => row[name] ?? null),
  }));
}
