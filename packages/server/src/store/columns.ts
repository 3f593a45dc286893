// Rows to the database by columns: each column is one list in PostgreSQL's text form, and `unnest` makes rows of them.
// One statement then carries thousands of rows, which is what makes folding fast.

/** A column that takes numbers, or text that has no character special to a list (ids, digests, decimal integers). */
export const plainList = (values: readonly (string | number | bigint | null)[]): string => {
  let text = '{';
  for (let i = 0; i < values.length; i += 1) {
    if (i > 0) text += ',';
    text += values[i] ?? 'NULL';
  }
  return `${text}}`;
};

const SPECIAL = /["\\]/g;
/** Text that may stand without quotes. */
const PLAIN = /^[\w.:@/-]+$/;
const NULL_LIKE = /^null$/i;
/** PostgreSQL's text holds every character but this one. */
// oxlint-disable-next-line no-control-regex
const ZERO = /\0/g;

/** A column of any text. A zero character, which PostgreSQL cannot hold, becomes U+FFFD. */
export const textList = (values: readonly (string | null)[]): string => {
  let text = '{';
  for (let i = 0; i < values.length; i += 1) {
    if (i > 0) text += ',';
    const value = values[i] ?? null;
    if (value === null) text += 'NULL';
    else if (PLAIN.test(value) && !NULL_LIKE.test(value)) text += value;
    else text += `"${value.replace(ZERO, '\uFFFD').replace(SPECIAL, String.raw`\$&`)}"`;
  }
  return `${text}}`;
};

export interface Column {
  readonly name: string;
  /** As in the table: `bigint`, `text`, `numeric`, `uuid`. */
  readonly type: string;
}

export const namesOf = (columns: readonly Column[]): string => columns.map(({ name }) => name).join(', ');

/** `unnest($1::bigint[], $2::text[])`, from parameter `first` on. */
export const unnest = (columns: readonly Column[], first = 1): string =>
  `unnest(${columns.map(({ type }, index) => `$${index + first}::${type}[]`).join(', ')})`;

/** `  name type NOT NULL` lines of a table. */
export const definitions = (columns: readonly Column[], constraint = ' NOT NULL'): string =>
  columns.map(({ name, type }) => `  ${name} ${type}${constraint}`).join(',\n');
