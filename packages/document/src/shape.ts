// A schema's findings in the words of somebody who has to mend a file: which key, what it should be, and the nearest
// thing that exists. The known keys of each place are read from the JSON Schema, so they can not drift from the schema.
import { didYouMean } from '@weighbridge/kernel';
import { z } from 'zod';
import { pathText, type DocumentPath, type ProblemList } from './problem.ts';

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly const?: unknown;
  readonly required?: readonly string[];
  readonly [key: string]: unknown;
}

/** What this reads of a zod issue; the rest differs by code. */
interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
  readonly options?: readonly unknown[];
  readonly expected?: string;
  readonly issues?: readonly Issue[];
  readonly errors?: readonly (readonly Issue[])[];
}

/** The checked value with its defaults, or undefined with the reasons added to `problems`. */
export function checkShape<Value>(value: unknown, form: z.ZodType<Value>, problems: ProblemList): Value | undefined {
  const result = form.safeParse(value ?? {});
  if (result.success) return result.data;
  const schema = z.toJSONSchema(form, { io: 'input' }) as SchemaNode;
  for (const issue of result.error.issues as readonly Issue[]) report(issue, [], value, schema, problems);
  return undefined;
}

function report(issue: Issue, base: DocumentPath, value: unknown, schema: SchemaNode, problems: ProblemList): void {
  const path = [...base, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  const held = valueAt(value, path);
  const name = pathText(path);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, path, value);
    for (const key of issue.keys ?? []) reportUnknownKey(key, path, known, problems);
  } else if (issue.code === 'invalid_key') {
    const why = issue.issues?.[0]?.message ?? 'use another name';
    problems.error(path, `"${String(path.at(-1))}" is not a name that may stand here`, why, 'key');
  } else if (issue.code === 'invalid_union' && issue.options === undefined && (issue.errors?.length ?? 0) > 0) {
    reportUnion(issue, path, value, schema, problems);
  } else if (issue.code === 'invalid_value' || issue.options !== undefined) {
    const allowed = (issue.values ?? issue.options ?? []).map(String);
    if (held === undefined) return problems.error(path, `${name} is missing`, `add it: ${list(allowed)}`);
    const near = typeof held === 'string' ? didYouMean(held, allowed) : undefined;
    problems.error(
      path,
      `${name} is none of the values it may have`,
      near === undefined ? `use ${list(allowed)}` : `did you mean ${near}? Or use ${list(allowed)}`,
    );
  } else if (held === undefined && issue.code === 'invalid_type') {
    problems.error(path, `${name} is missing`, `add \`${String(path.at(-1))}:\` with ${article(issue.expected)}`);
  } else if (issue.code === 'invalid_type') {
    const quoted = issue.expected === 'string' && typeof held === 'number' ? `; quote it: "${held}"` : '';
    problems.error(path, `${name} is ${kindOf(held)}`, `write ${article(issue.expected)}${quoted}`);
  } else if (issue.code === 'custom' && held === undefined) {
    problems.error(path, `${name} is missing`, issue.message);
  } else {
    problems.error(path, `${name} does not fit`, issue.message);
  }
}

function reportUnknownKey(key: string, path: DocumentPath, known: readonly string[], problems: ProblemList): void {
  const near = didYouMean(key, known);
  const place = path.length === 0 ? 'the top of the file' : pathText(path);
  const mend =
    near !== undefined
      ? `did you mean \`${near}\`?`
      : known.length > 0
        ? `use one of ${known.join(', ')}`
        : 'remove it';
  problems.error([...path, key], `\`${key}\` is not a key of ${place}`, mend, 'key');
}

/** Of a union's branches, the one that got furthest says best what is wrong. */
function reportUnion(
  issue: Issue,
  path: DocumentPath,
  value: unknown,
  schema: SchemaNode,
  problems: ProblemList,
): void {
  const branches = issue.errors ?? [];
  const depth = (branch: readonly Issue[]): number => Math.max(0, ...branch.map((inner) => inner.path.length));
  const unknownIn = (branch: readonly Issue[]): number =>
    branch.reduce((sum, inner) => sum + (inner.keys?.length ?? 0), 0);
  const best =
    branches.toSorted((a, b) => depth(b) - depth(a) || unknownIn(a) - unknownIn(b) || a.length - b.length)[0] ?? [];
  const unfit = (inner: Issue): boolean =>
    inner.expected === 'object' || (inner.code === 'invalid_value' && inner.path.length === 0);
  if (path.at(-1) !== undefined && branches.every((branch) => branch.some(unfit))) {
    const forms = branchForms(schema, path, value).map((form) => `\`${form}\``);
    return problems.error(path, `${pathText(path)} does not fit`, `write ${forms.join(' or ')}`);
  }
  for (const inner of best) report(inner, path, value, schema, problems);
}

function valueAt(value: unknown, path: DocumentPath): unknown {
  let held = value;
  for (const part of path) held = (held as Record<string, unknown> | null | undefined)?.[part];
  return held;
}

function knownKeys(schema: SchemaNode, path: DocumentPath, value: unknown): readonly string[] {
  return [...new Set(nodesAt(schema, path, value).flatMap((node) => Object.keys(node.properties ?? {})))];
}

/** Each form that may stand there: a word, or a mapping by its keys. */
const branchForms = (schema: SchemaNode, path: DocumentPath, value: unknown): readonly string[] =>
  nodesAt(schema, path, value).flatMap(({ properties, const: word }) => {
    if (typeof word === 'string') return [word];
    if (properties === undefined) return [];
    return [
      `{ ${Object.keys(properties)
        .map((key) => `${key}: …`)
        .join(', ')} }`,
    ];
  });

function nodesAt(schema: SchemaNode, path: DocumentPath, value: unknown): readonly SchemaNode[] {
  let nodes: readonly SchemaNode[] = [schema];
  let held = value;
  for (const part of path) {
    held = (held as Record<string, unknown> | null | undefined)?.[part];
    nodes = nodes.flatMap((node) => branches(node)).flatMap((node) => step(node, part));
    nodes = chosen(
      nodes.flatMap((node) => branches(node)),
      held,
    );
  }
  return nodes;
}

const branches = (node: SchemaNode): readonly SchemaNode[] => [node, ...(node.oneOf ?? []), ...(node.anyOf ?? [])];

function step(node: SchemaNode, part: string | number): readonly SchemaNode[] {
  if (typeof part === 'number') return node.items === undefined ? [] : [node.items];
  const named = node.properties?.[part];
  if (named !== undefined) return [named];
  return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
}

/** Where a discriminator says which branch is meant, only that branch's keys are known. */
function chosen(nodes: readonly SchemaNode[], held: unknown): readonly SchemaNode[] {
  const kind = (held as { kind?: unknown } | null | undefined)?.kind;
  const fitting = nodes.filter((node) => node.properties?.['kind']?.const === kind && kind !== undefined);
  return fitting.length > 0 ? fitting : nodes;
}

const list = (values: readonly string[]): string => values.join(', ');

const kindOf = (value: unknown): string => {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
};

function article(expected: string | undefined): string {
  if (expected === 'array') return 'a list';
  if (expected === 'object' || expected === 'record') return 'a mapping';
  if (expected === 'int') return 'a whole number';
  return expected === undefined ? 'a value' : `a ${expected}`;
}
