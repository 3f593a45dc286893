// What the laws look at: every TypeScript file that git tracks or would track, parsed once.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** An ESTree node, as far as the laws need to know it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export interface Source {
  /** Path from the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: Node;
  readonly area: 'src' | 'test' | 'bench' | 'campaign' | 'conformance';
  /** Package folder name, when the file lies in one. */
  readonly pkg: string | null;
}

export function listFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return listed.split('\n').filter((path) => path !== '' && existsSync(join(ROOT, path)));
}

function areaOf(path: string): Source['area'] | null {
  if (/^packages\/[^/]+\/src\//.test(path)) return 'src';
  if (/^packages\/[^/]+\/test\//.test(path) || path.startsWith('test/')) return 'test';
  const top = path.split('/')[0];
  return top === 'bench' || top === 'campaign' || top === 'conformance' ? top : null;
}

export function readSources(): Source[] {
  const sources: Source[] = [];
  for (const path of listFiles()) {
    const area = /\.tsx?$/.test(path) ? areaOf(path) : null;
    if (area === null) continue;
    sources.push(parseSource(path, readFileSync(join(ROOT, path), 'utf8'), area));
  }
  return sources;
}

export const parseSource = (path: string, text: string, area: Source['area']): Source => ({
  path,
  text,
  program: parseSync(path, text).program as unknown as Node,
  area,
  pkg: /^packages\/([^/]+)\//.exec(path)?.[1] ?? null,
});

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

/** Visits a node and all below it, parents first. */
export function walk(node: Node, visit: (node: Node, parent: Node | null) => void, parent: Node | null = null): void {
  visit(node, parent);
  for (const field of Object.keys(node)) {
    const value = node[field];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) walk(item, visit, node);
    } else if (isNode(value)) walk(value, visit, node);
  }
}

export const lineOf = (source: Source, offset: number): number => source.text.slice(0, offset).split('\n').length;

export const linesOf = (source: Source, node: Node): number =>
  source.text.slice(node.start, node.end).split('\n').length;

/** `path:line what`, the form in which every breach is reported. */
export const breach = (source: Source, node: Node, what: string): string =>
  `${source.path}:${lineOf(source, node.start)} ${what}`;

/** Module specifiers that a file imports or re-exports from. */
export function specifiersOf(source: Source): { node: Node; specifier: string }[] {
  const found: { node: Node; specifier: string }[] = [];
  walk(source.program, (node) => {
    const from = node['source'];
    const isImport = ['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression'];
    if (isImport.includes(node.type) && isNode(from) && typeof from['value'] === 'string') {
      found.push({ node, specifier: from['value'] });
    }
  });
  return found;
}
