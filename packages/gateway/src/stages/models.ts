// The list of models in the shapes that each dialect's clients read. A name is an alias of a route, not a model of one
// maker, so the fields that would claim a release date hold the epoch, as Anthropic's reference allows for "unknown".
import type { DialectId } from '@weighbridge/protocol';

export function modelOne(dialect: DialectId, name: string): object {
  return dialect === 'anthropic-messages'
    ? { type: 'model', id: name, display_name: name, created_at: '1970-01-01T00:00:00Z' }
    : { id: name, object: 'model', created: 0, owned_by: 'weighbridge' };
}

export function modelList(dialect: DialectId, names: readonly string[]): object {
  const data = names.map((name) => modelOne(dialect, name));
  return dialect === 'anthropic-messages'
    ? { data, has_more: false, first_id: names[0] ?? null, last_id: names.at(-1) ?? null }
    : { object: 'list', data };
}
