// What a person has in hand, looked for in everything that has a name. Ids and indexes are looked up; names are compared
// without regard to case; of what only resembles, a few.
import { isUlid } from '@weighbridge/kernel';
import type { ControlAnswer } from '@weighbridge/protocol';
import { readConfigs } from '../../admin/entries.ts';
import type { ControlPorts } from '../ports.ts';

type Row = ControlAnswer<'find'>['rows'][number];

const ROWS_MOST = 20;
const CONFIGURATIONS_MOST = 200;
const DIGEST_CHARS_LEAST = 6;

export function findAnswer(ports: ControlPorts, given: string): ControlAnswer<'find'> {
  const text = given.trim();
  const rows = [...inLog(ports, text), ...named(ports, text.toLowerCase()), ...configurations(ports, text)];
  return { rows: rows.slice(0, ROWS_MOST) };
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
