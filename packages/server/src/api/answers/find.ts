// What a person has in hand, looked for in everything that has a name. Ids and indexes are looked up; names are compared
// without regard to case; of what only resembles, a few.
import { isUlid } from '@weighbridge/kernel';
import type { ControlAnswer } from '@weighbridge/protocol';
import { readConfigs } from '../../admin/entries.ts';
import type { ControlPorts } from '../ports.ts';

type Row = ControlAnswer<'find'>['rows'][number];

/** As many as the palette shows. */
const ROWS_MOST = 18;
const CONFIGURATIONS_MOST = 200;
const DIGEST_CHARS_LEAST = 6;

export function findAnswer(ports: ControlPorts, given: string): ControlAnswer<'find'> {
  const text = given.trim();
  const lower = text.toLowerCase();
  const rows = [
    ...inLog(ports, text),
    ...named(ports, lower),
    ...ofTheDeal(ports, lower),
    ...configurations(ports, text),
  ];
  return { rows: fairly(rows, ROWS_MOST) };
}

/** The first of each kind, then the second of each: no kind keeps the others out. In the order in which they came. */
function fairly(rows: readonly Row[], most: number): Row[] {
  const seen = new Map<Row['kind'], number>();
  const turns = rows.map((row, order) => {
    const turn = seen.get(row.kind) ?? 0;
    seen.set(row.kind, turn + 1);
    return { row, order, turn };
  });
  const kept = turns.toSorted((a, b) => a.turn - b.turn || a.order - b.order).slice(0, most);
  return kept.toSorted((a, b) => a.order - b.order).map(({ row }) => row);
}

function inLog({ stores: { journal } }: ControlPorts, text: string): Row[] {
  const id = text.toUpperCase();
  if (isUlid(id)) {
    const found = journal.find(id);
    const call = found.findLast(({ leaf }) => leaf.kind === 'call');
    if (call !== undefined) return [{ kind: 'call', id, label: `call, entry ${call.index}` }];
    return found.map(({ index, leaf }) => ({
      kind: 'entry',
      id: String(index),
      label: `${leaf.kind}, entry ${index}`,
    }));
  }
  const index = /^\d{1,15}$/.test(text) ? Number(text) : Infinity;
  if (index >= journal.checkpoint().size) return [];
  const { leaf } = journal.entry(index);
  return leaf.kind === 'call'
    ? [{ kind: 'call', id: leaf.id, label: `call, entry ${index}` }]
    : [{ kind: 'entry', id: String(index), label: `${leaf.kind}, entry ${index}` }];
}

function named({ administration, views }: ControlPorts, text: string): Row[] {
  if (text === '') return [];
  const { deployments, routes } = administration.snapshot();
  const holds = (...names: readonly string[]): boolean => names.some((name) => name.toLowerCase().includes(text));
  return [
    ...administration
      .keys()
      .filter(({ id, name }) => holds(id, name))
      .toReversed()
      .map(({ id, name, revoked }): Row => ({
        kind: 'key',
        id,
        label: revoked ? `key ${name}, revoked` : `key ${name}`,
      })),
    ...deployments
      .filter(({ id, model }) => holds(id, model))
      .map(({ id, model, cloud }): Row => ({ kind: 'deployment', id, label: `${model} at ${cloud}` })),
    ...routes
      .filter(({ id, aliases }) => holds(id, ...aliases))
      .map(({ id, candidates }): Row => ({ kind: 'route', id, label: `route to ${candidates.length} deployments` })),
    ...views
      .all()
      .filter(({ name }) => holds(name))
      .map(({ id, name }): Row => ({ kind: 'view', id, label: name })),
  ];
}

const LABEL_MOST = 120;

/** Of each kind, one whose id is what was typed comes first. */
function ofTheDeal({ deal, clock }: ControlPorts, text: string): Row[] {
  if (text === '') return [];
  const pick = (kind: Row['kind'], all: readonly (readonly [id: string, label: string])[]): Row[] =>
    all
      .filter(([id, label]) => id.toLowerCase().includes(text) || label.toLowerCase().includes(text))
      .toSorted(([a], [b]) => Number(b.toLowerCase() === text) - Number(a.toLowerCase() === text))
      .slice(0, ROWS_MOST)
      .map(([id, label]) => ({ kind, id, label: label.slice(0, LABEL_MOST) }));
  const { parties } = deal.reference(clock.wall()).register;
  return [
    ...pick(
      'contract',
      deal.contracts.named().map(({ id, title }) => [id, title]),
    ),
    ...pick(
      'claim',
      deal.claims.all().map(({ id, claim }) => [id, claim.text]),
    ),
    ...pick(
      'party',
      Object.entries(parties).map(([id, { name }]) => [id, name]),
    ),
  ];
}

function configurations({ stores: { journal } }: ControlPorts, text: string): Row[] {
  if (text.length < DIGEST_CHARS_LEAST) return [];
  const found = new Map<string, Row>();
  let looked = 0;
  for (const { at, record } of readConfigs(journal)) {
    if (looked === CONFIGURATIONS_MOST) break;
    looked += 1;
    const { digest, cause } = record;
    if (digest.startsWith(text))
      found.set(digest, { kind: 'configuration', id: digest, label: `${cause}, ${new Date(at).toISOString()}` });
  }
  return [...found.values()];
}
