// Entries of catalogues in columns for people: every value with its range, unit, confidence, date and source, nothing rounded.
import { isSourced, type CatalogueName, type Sourced, type Stated } from '@weighbridge/planner';
import type { Paint } from '../frame/output.ts';
import { textTable } from '../frame/text-table.ts';

export interface Listed {
  readonly catalogue: CatalogueName;
  readonly id: string;
  readonly name: string;
}

export interface ShownEntry {
  readonly catalogue: CatalogueName;
  readonly id: string;
  readonly entry: object;
}

export const listText = (rows: readonly Listed[]): string =>
  textTable(
    [
      { title: 'CATALOGUE', cell: ({ catalogue }) => catalogue },
      { title: 'ID', cell: ({ id }) => id },
      { title: 'WHAT', cell: ({ name }) => name },
    ],
    rows,
  );

interface Line {
  readonly path: string;
  readonly held: Sourced | Stated;
}

export function entryText({ catalogue, id, entry }: ShownEntry, paint: Paint): string {
  const words: string[] = [];
  const lines: Line[] = [];
  gather(entry, '', words, lines);
  const table = textTable(
    [
      { title: 'VALUE', cell: ({ path }: Line) => path },
      { title: 'IS', align: 'right', cell: ({ held }) => ('unit' in held ? `${held.value} ${held.unit}` : held.value) },
      {
        title: 'RANGE',
        align: 'right',
        cell: ({ held }) => ('low' in held && held.low !== undefined ? `${held.low} to ${held.high}` : ''),
      },
      { title: 'CONFIDENCE', cell: ({ held }) => held.confidence },
      { title: 'DATE', cell: ({ held }) => held.date },
      { title: 'SOURCE', cell: ({ held }) => held.source + (held.note === undefined ? '' : ` (${held.note})`) },
    ],
    lines,
  );
  return [paint.bold(`${catalogue}: ${id}`), ...words, table].join('\n');
}

function gather(value: unknown, path: string, words: string[], lines: Line[]): void {
  if (isSourced(value)) lines.push({ path, held: value });
  else if (Array.isArray(value)) words.push(`${path}: ${value.join(', ')}`);
  else if (typeof value === 'object' && value !== null)
    for (const [key, each] of Object.entries(value)) gather(each, path === '' ? key : `${path}.${key}`, words, lines);
  else words.push(`${path}: ${String(value)}`);
}
