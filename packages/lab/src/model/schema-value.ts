// A value that obeys a JSON Schema, for tool arguments and structured output. It covers what tool schemas use: types,
// enum, const, properties, required, items, bounds, formats, anyOf/oneOf/allOf and local $ref; depth is bounded.
import type { Draw } from './random.ts';

type Schema = Readonly<Record<string, unknown>>;

const MAX_DEPTH = 12;
const WORDS = ['amber', 'birch', 'cobalt', 'dune', 'ember', 'fjord', 'granite', 'harbour'] as const;
const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-11-18',
  'date-time': '2026-11-18T09:30:00Z',
  time: '09:30:00Z',
  email: 'someone@example.com',
  uri: 'https://example.com/simulated',
  uuid: '3f1c0a52-7d54-4c7e-9d0b-0a6f1f6f2c11',
  ipv4: '192.0.2.10',
};

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

/**
 * A value for `schema`. `hint` supplies free strings (say, a place named in the prompt); without one a seeded word does.
 * Unknown keywords are ignored, an empty schema gives a string.
 */
export function valueFor(schema: unknown, draw: Draw, hint: string | null): unknown {
  return make(isObject(schema) ? schema : {}, isObject(schema) ? schema : {}, draw, hint, 0);
}

function make(schema: Schema, root: Schema, draw: Draw, hint: string | null, depth: number): unknown {
  if (depth > MAX_DEPTH) return null;
  if (typeof schema['$ref'] === 'string') {
    return make(resolve(schema['$ref'], root), root, draw, hint, depth + 1);
  }
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum']) && schema['enum'].length > 0) return enumFor(schema['enum'], draw, hint);
  for (const key of ['anyOf', 'oneOf'] as const) {
    const options = schema[key];
    if (Array.isArray(options) && isObject(options[0])) return make(options[0], root, draw, hint, depth + 1);
  }
  if (Array.isArray(schema['allOf'])) {
    const merged = Object.assign({}, schema, ...schema['allOf'].filter(isObject), { allOf: undefined }) as Schema;
    return make(merged, root, draw, hint, depth + 1);
  }
  return makeTyped(schema, root, draw, hint, depth);
}

function makeTyped(schema: Schema, root: Schema, draw: Draw, hint: string | null, depth: number): unknown {
  const declared = schema['type'];
  const type = Array.isArray(declared) ? declared.find((name) => name !== 'null') : declared;
  switch (type ?? (isObject(schema['properties']) ? 'object' : 'string')) {
    case 'object':
      return makeObject(schema, root, draw, hint, depth);
    case 'array': {
      const items = isObject(schema['items']) ? schema['items'] : {};
      const count = Math.min(
        8,
        Math.max(numberOr(schema['minItems'], 0), Math.min(2, numberOr(schema['maxItems'], 2))),
      );
      return Array.from({ length: count }, () => make(items, root, draw, hint, depth + 1));
    }
    case 'integer':
      return Math.ceil(bounded(schema, draw, true));
    case 'number':
      return bounded(schema, draw, false);
    case 'boolean':
      return draw.below(2) === 1;
    case 'null':
      return null;
    default:
      return makeString(schema, draw, hint);
  }
}

function makeObject(schema: Schema, root: Schema, draw: Draw, hint: string | null, depth: number): unknown {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? new Set(schema['required']) : null;
  const out: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) {
    if (required !== null && !required.has(name)) continue;
    out[name] = make(isObject(property) ? property : {}, root, draw, hint, depth + 1);
  }
  return out;
}

function makeString(schema: Schema, draw: Draw, hint: string | null): string {
  const format = typeof schema['format'] === 'string' ? FORMATS[schema['format']] : undefined;
  let text = format ?? hint ?? draw.pick(WORDS);
  const least = Math.min(1_000, numberOr(schema['minLength'], 0));
  while (text.length < least) text += ` ${draw.pick(WORDS)}`;
  return text.slice(0, numberOr(schema['maxLength'], 10_000));
}

function bounded(schema: Schema, draw: Draw, whole: boolean): number {
  const low = numberOr(
    schema['minimum'],
    numberOr(schema['exclusiveMinimum'], 0) + ('exclusiveMinimum' in schema ? 1 : 0),
  );
  const high = numberOr(
    schema['maximum'],
    numberOr(schema['exclusiveMaximum'], low + 40) - ('exclusiveMaximum' in schema ? 1 : 0),
  );
  const span = Math.max(0, high - low);
  return whole ? low + draw.below(Math.floor(span) + 1) : Math.round((low + draw.unit() * span) * 100) / 100;
}

/** An option that the prompt mentions, else a seeded one. */
function enumFor(options: readonly unknown[], draw: Draw, hint: string | null): unknown {
  const mentioned = options.find((option) => typeof option === 'string' && hint !== null && hint.includes(option));
  return mentioned ?? options[draw.below(options.length)];
}

function resolve(reference: string, root: Schema): Schema {
  let at: unknown = root;
  for (const part of reference.replace(/^#\/?/, '').split('/')) {
    if (part !== '') at = isObject(at) ? at[part.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  }
  return isObject(at) ? at : {};
}
