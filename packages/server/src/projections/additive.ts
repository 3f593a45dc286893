// The one statement by which whole rows of sums are added to a table: new keys become rows, known ones grow.
import { namesOf, unnest, type Column } from '../store/columns.ts';

/** Takes one list per column: keys, then sums. */
export function addTo(table: string, keys: readonly Column[], sums: readonly Column[]): string {
  const all = [...keys, ...sums];
  const grown = sums.map(({ name }) => `${name} = kept.${name} + EXCLUDED.${name}`).join(', ');
  return (
    `INSERT INTO ${table} AS kept (${namesOf(all)}) SELECT * FROM ${unnest(all)} ` +
    `ON CONFLICT (${namesOf(keys)}) DO UPDATE SET ${grown}`
  );
}
