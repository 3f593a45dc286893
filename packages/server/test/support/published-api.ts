// The published document of the control API, and what of it says how one answer looks. Read from docs/, not from the code
// that made it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { controlRoute, type ControlName } from '@weighbridge/protocol';

type Json = Record<string, unknown>;
interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Json } } };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Json }>> }>
  >;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Json; readonly responses: Operation['responses'] };
}

export const published = readFileSync(new URL('../../../../docs/openapi.json', import.meta.url), 'utf8');
export const api = JSON.parse(published) as Document;

/** A schema of the document as a check of its own. */
export function checkerOf(schema: Json): z.ZodType {
  const moved = JSON.stringify({ ...schema, $defs: api.components.schemas }).replaceAll(
    '#/components/schemas/',
    '#/$defs/',
  );
  return z.fromJSONSchema(JSON.parse(moved) as Json);
}

export function operationOf(name: ControlName): Operation {
  const { method, path } = controlRoute(name);
  const found = api.paths[`/control/v1${path}`]?.[method.toLowerCase()];
  assert.ok(found !== undefined, `${name} is published at ${method} ${path}`);
  return found;
}

export function responseOf(operation: Operation, status: number): Json {
  const held = operation.responses[String(status)] as Operation['responses'][string] & { readonly $ref?: string };
  const named = held.$ref?.split('/').at(-1);
  const schema = (named === undefined ? held : api.components.responses[named])?.content?.['application/json']?.schema;
  assert.ok(schema !== undefined, `${operation.operationId} says what ${status} means`);
  return schema;
}
