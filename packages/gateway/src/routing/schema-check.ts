// Whether a JSON value fits a JSON Schema: the part of the standard that structured output uses. A keyword that is not
// known here is refused when the configuration is read, so nothing ever passes because it was not looked at. Bounded in
// depth and in the faults that it tells (the first).

type Schema = Readonly<Record<string, unknown>>;

const DEPTH_MOST = 64;

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
};

/** Says nothing of values. */
const NOTES = new Set(['$schema', '$id', 'title', 'description', 'default', 'examples', 'format']);
const PLAIN = new Set([
  'type',
  'enum',
  'const',
  'required',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
]);

/** The first thing in a schema that this check does not understand; null when it understands all of it. */
export function unreadableIn(schema: unknown, at = '', depth = 0): string | null {
  if (typeof schema === 'boolean') return null;
  if (!isObject(schema)) return `${at || 'the schema'} is no schema`;
  if (depth > DEPTH_MOST) return `${at} is nested too deeply`;
  for (const name of Object.keys(schema)) {
    const value = schema[name];
    const here = `${at}/${name}`;
    let found: string | null = null;
    if (NOTES.has(name)) continue;
    if (PLAIN.has(name)) found = name === 'type' ? wrongType(value, here) : null;
    else if (name === 'properties') found = inAll(isObject(value) ? Object.entries(value) : null, here, depth);
    else if (name === 'anyOf' || name === 'allOf')
      found = inAll(Array.isArray(value) ? Array.from(value.entries()) : null, here, depth);
    else if (name === 'items' || name === 'additionalProperties') found = unreadableIn(value, here, depth + 1);
    else found = `${here} is not checked here`;
    if (found !== null) return found;
  }
  return null;
}

function inAll(parts: readonly (readonly [unknown, unknown])[] | null, at: string, depth: number): string | null {
  if (parts === null) return `${at} is no list of schemas`;
  for (const [name, part] of parts) {
    const found = unreadableIn(part, `${at}/${String(name)}`, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function wrongType(value: unknown, at: string): string | null {
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  return names.every((name) => typeof name === 'string' && Object.hasOwn(TYPES, name)) ? null : `${at} is no type`;
}

/** What is wrong with a value, beginning with its path; null when it fits. `schema`: one that `unreadableIn` passed. */
export function misfit(value: unknown, schema: unknown, at = '$', depth = 0): string | null {
  if (schema === true) return null;
  if (!isObject(schema)) return `${at} must not be there`;
  if (depth > DEPTH_MOST) return `${at} is nested too deeply`;
  return (
    plainMisfit(value, schema, at) ?? partMisfit(value, schema, at, depth) ?? groupMisfit(value, schema, at, depth)
  );
}

function plainMisfit(value: unknown, schema: Schema, at: string): string | null {
  const { type, const: only, enum: oneOf } = schema;
  const types: readonly unknown[] = type === undefined ? [] : Array.isArray(type) ? type : [type];
  if (types.length > 0 && !types.some((name) => TYPES[String(name)]?.(value) === true))
    return `${at} is not ${types.join(' or ')}`;
  if (only !== undefined && !same(value, only)) return `${at} is not the value asked for`;
  if (Array.isArray(oneOf) && !oneOf.some((each) => same(value, each))) return `${at} is none of the values allowed`;
  const [size, least, most] =
    typeof value === 'string'
      ? [value.length, schema['minLength'], schema['maxLength']]
      : Array.isArray(value)
        ? [value.length, schema['minItems'], schema['maxItems']]
        : [typeof value === 'number' ? value : Number.NaN, schema['minimum'], schema['maximum']];
  if (typeof least === 'number' && size < least) return `${at} is less than ${least}`;
  if (typeof most === 'number' && size > most) return `${at} is more than ${most}`;
  return null;
}

function partMisfit(value: unknown, schema: Schema, at: string, depth: number): string | null {
  if (Array.isArray(value)) {
    if (schema['items'] === undefined) return null;
    for (const [index, item] of value.entries()) {
      const found = misfit(item, schema['items'], `${at}[${index}]`, depth + 1);
      if (found !== null) return found;
    }
    return null;
  }
  if (!isObject(value)) return null;
  const { required } = schema;
  const missing = Array.isArray(required) ? required.find((name) => !Object.hasOwn(value, String(name))) : undefined;
  if (missing !== undefined) return `${at}.${String(missing)} is missing`;
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  for (const name of Object.keys(value)) {
    const own = Object.hasOwn(properties, name) ? properties[name] : (schema['additionalProperties'] ?? true);
    const found = misfit(value[name], own, `${at}.${name.slice(0, 64)}`, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function groupMisfit(value: unknown, { allOf, anyOf }: Schema, at: string, depth: number): string | null {
  for (const each of Array.isArray(allOf) ? allOf : []) {
    const found = misfit(value, each, at, depth + 1);
    if (found !== null) return found;
  }
  if (!Array.isArray(anyOf) || anyOf.some((each) => misfit(value, each, at, depth + 1) === null)) return null;
  return `${at} fits none of the alternatives`;
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const same = (one: unknown, other: unknown): boolean => one === other || JSON.stringify(one) === JSON.stringify(other);
