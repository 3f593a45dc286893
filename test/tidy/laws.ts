// The laws that need to look inside a file. Each takes one parsed source, or all of them, and returns the breaches.
import { dirname, posix } from 'node:path';
import { breach, isNode, linesOf, specifiersOf, walk, type Node, type Source } from './sources.ts';

/** Who may import whom: the table of docs/architecture.md. */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  document: ['kernel'],
  protocol: ['kernel'],
  dialects: ['kernel', 'protocol'],
  gateway: ['kernel', 'protocol', 'dialects'],
  journal: ['kernel', 'protocol'],
  ledger: ['kernel', 'protocol', 'document'],
  governance: ['kernel', 'protocol', 'document'],
  planner: ['kernel', 'protocol', 'document'],
  lab: ['kernel', 'protocol', 'dialects'],
  console: ['protocol'],
  server: ['kernel', 'protocol', 'document', 'dialects', 'gateway', 'journal', 'ledger', 'governance', 'planner'],
  cli: [
    'kernel',
    'protocol',
    'document',
    'dialects',
    'gateway',
    'journal',
    'ledger',
    'governance',
    'planner',
    'lab',
    'server',
  ],
};

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const MAX_FUNCTION_LINES = 70;

export function checkFunctions(source: Source): string[] {
  const breaches: string[] = [];
  walk(source.program, (node, parent) => {
    if (!FUNCTIONS.has(node.type) || linesOf(source, node) <= MAX_FUNCTION_LINES) return;
    // `describe(…)` only groups tests; the tests in it are measured each.
    const callee = parent?.type === 'CallExpression' ? parent['callee'] : null;
    if (isNode(callee) && callee['name'] === 'describe') return;
    breaches.push(breach(source, node, `function of ${linesOf(source, node)} lines`));
  });
  return breaches;
}

/** `throw` takes an AppError, or something already caught; `new Error` and its kin are not for throwing. */
export function checkThrows(source: Source): string[] {
  const breaches: string[] = [];
  walk(source.program, (node) => {
    if (node.type !== 'ThrowStatement') return;
    const thrown = node['argument'];
    if (!isNode(thrown) || thrown.type !== 'NewExpression') return;
    const callee = thrown['callee'];
    const name = isNode(callee) ? String(callee['name']) : '';
    if (name !== 'AppError') breaches.push(breach(source, node, `throws ${name}, not an AppError`));
  });
  return breaches;
}

const CLOUD_NAMES = /^(anthropic|foundry|bedrock|vertex|azure|azure-openai|openai|microsoft|aws|google)$/;
const MAY_KNOW_CLOUDS =
  /^packages\/(lab|dialects)\/|^packages\/gateway\/src\/(clouds|credentials)\/|^packages\/ledger\/src\/(importers|models)\/|^packages\/protocol\/src\/(market|config)\.ts|^packages\/server\/src\/(config|environment|moving)/;

/** A cloud's name as a string literal that code compares with or switches on. */
export function checkCloudNames(source: Source): string[] {
  if (MAY_KNOW_CLOUDS.test(source.path)) return [];
  const breaches: string[] = [];
  walk(source.program, (node, parent) => {
    if (node.type !== 'Literal' || typeof node['value'] !== 'string' || !CLOUD_NAMES.test(node['value'])) return;
    const compares = parent?.type === 'BinaryExpression' || parent?.type === 'SwitchCase';
    if (compares) breaches.push(breach(source, node, `decides by the cloud's name "${node['value']}"`));
  });
  return breaches;
}

const ASSERTING = /^(assert|expect|check|must|none|verify)/;

function calleeName(node: Node): string {
  const callee = node['callee'];
  if (!isNode(callee)) return '';
  if (callee.type === 'Identifier') return String(callee['name']);
  const object = callee['object'];
  return isNode(object) && object.type === 'Identifier' ? String(object['name']) : '';
}

function asserts(body: Node): boolean {
  let found = false;
  walk(body, (node) => {
    if (node.type !== 'CallExpression') return;
    const callee = node['callee'];
    const property = isNode(callee) ? callee['property'] : null;
    const method = isNode(property) ? String(property['name']) : '';
    if (ASSERTING.test(calleeName(node)) || ASSERTING.test(method)) found = true;
  });
  return found;
}

/** `skip`/`todo` in a test's options are a reason in words (or an expression that yields one), never `true`. */
function idleWithoutReason(options: Node): boolean {
  let idle = false;
  walk(options, (node) => {
    if (node.type !== 'Property') return;
    const key = node['key'];
    const value = node['value'];
    const name = isNode(key) ? String(key['name']) : '';
    if ((name === 'skip' || name === 'todo') && isNode(value) && value['value'] === true) idle = true;
  });
  return idle;
}

export function checkAsserts(source: Source): string[] {
  const breaches: string[] = [];
  walk(source.program, (node) => {
    if (node.type !== 'CallExpression') return;
    const callee = node['callee'];
    const plain = isNode(callee) && callee.type === 'Identifier' ? String(callee['name']) : '';
    if (plain !== 'test' && plain !== 'it') return;
    const given = (node['arguments'] as readonly Node[]) ?? [];
    const body = given.findLast((argument) => FUNCTIONS.has(argument.type));
    const options = given.find((argument) => argument.type === 'ObjectExpression');
    if (options !== undefined && idleWithoutReason(options))
      breaches.push(breach(source, node, 'skips without a reason'));
    if (body !== undefined && !asserts(body)) breaches.push(breach(source, node, 'asserts nothing'));
  });
  return breaches;
}

/** Files that import one another in a circle, for values or for types: each circle once, as the files on its way. */
export function checkCircles(sources: readonly Source[]): string[] {
  const imports = new Map(sources.map((source) => [source.path, localImports(source)]));
  const done = new Set<string>();
  const breaches: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    const since = way.indexOf(path);
    if (since !== -1) breaches.push([...way.slice(since), path].join(' → '));
    if (since !== -1 || done.has(path)) return;
    for (const target of imports.get(path) ?? []) visit(target, [...way, path]);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return breaches;
}

/** What is loaded later, on demand, closes no circle. */
const localImports = (source: Source): string[] =>
  specifiersOf(source)
    .filter(({ node, specifier }) => specifier.startsWith('.') && node.type !== 'ImportExpression')
    .map(({ specifier }) => posix.normalize(posix.join(dirname(source.path), specifier)));

const CONTRACTS_INDEX = 'packages/protocol/src/index.ts';
const DEAL_CONTRACTS = /^packages\/protocol\/src\/deal\//;

/**
 * The deal's contracts hold schemas: a page that takes a value from one carries the library of schemas to every reader. Types cost
 * nothing, and files of that folder without schemas may be taken from.
 */
export function checkDealValues(sources: readonly Source[]): string[] {
  const heavy = heavyNames(sources);
  const breaches: string[] = [];
  for (const source of sources) {
    if (source.pkg !== 'console' || source.area !== 'src') continue;
    walk(source.program, (node) => {
      if (
        node.type !== 'ImportDeclaration' ||
        fromOf(node) !== '@weighbridge/protocol' ||
        node['importKind'] === 'type'
      )
        return;
      for (const name of namesOf(node, 'importKind', 'imported'))
        if (heavy.has(name))
          breaches.push(
            breach(
              source,
              node,
              `takes the value ${name} from ${heavy.get(name)}: import its type, or move it out of the schemas`,
            ),
          );
    });
  }
  return breaches;
}

/** Values that the index gives from a file of the deal which, by values, reaches zod; by name, with the file. */
function heavyNames(sources: readonly Source[]): ReadonlyMap<string, string> {
  const index = sources.find(({ path }) => path === CONTRACTS_INDEX);
  const names = new Map<string, string>();
  if (index === undefined) return names;
  walk(index.program, (node) => {
    const from = fromOf(node);
    if (node.type !== 'ExportNamedDeclaration' || from === null || node['exportKind'] === 'type') return;
    const path = posix.join(dirname(CONTRACTS_INDEX), from);
    if (!DEAL_CONTRACTS.test(path) || !reachesZod(path, sources)) return;
    for (const name of namesOf(node, 'exportKind', 'exported')) names.set(name, path);
  });
  return names;
}

function reachesZod(path: string, sources: readonly Source[], seen = new Set<string>()): boolean {
  const source = sources.find((one) => one.path === path);
  if (source === undefined || seen.has(path)) return false;
  seen.add(path);
  let found = false;
  walk(source.program, (node) => {
    const from = fromOf(node);
    if (found || from === null || node['importKind'] === 'type' || node['exportKind'] === 'type') return;
    if (node.type === 'ImportDeclaration' && namesOf(node, 'importKind', 'imported').length === 0) return;
    found = from === 'zod' || (from.startsWith('.') && reachesZod(posix.join(dirname(path), from), sources, seen));
  });
  return found;
}

function fromOf(node: Node): string | null {
  const from = node['source'];
  return isNode(from) && typeof from['value'] === 'string' ? from['value'] : null;
}

/** Names of the specifiers that are not types. */
function namesOf(node: Node, kind: 'importKind' | 'exportKind', side: 'imported' | 'exported'): readonly string[] {
  const specifiers = node['specifiers'];
  if (!Array.isArray(specifiers)) return [];
  return specifiers.flatMap((specifier: unknown) => {
    if (!isNode(specifier) || specifier[kind] === 'type') return [];
    const name = specifier[side];
    return isNode(name) ? [String(name['name'] ?? name['value'])] : ['*'];
  });
}
