// YAML text to plain values, with a way back from any path to its line and column. YAML's own traps are closed here:
// duplicate keys are errors, anchors are bounded, nothing but the core schema's types comes out, and no key is one that
// every object has by birth: a schema passes over `__proto__` in silence, and a look-up of `constructor` always finds something.
import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type YAMLError,
} from 'yaml';
import type { ErrorCode } from '@weighbridge/kernel';
import { keptReading } from './kept-reading.ts';
import { createProblemList, type DocumentPath, type Locate, type ProblemList } from './problem.ts';

export const DOCUMENT_BYTES_MOST = 1024 * 1024;
const ALIASES_MOST = 100;

export interface ParsedText {
  /** Undefined when the text is not YAML at all. */
  readonly value: unknown;
  readonly locate: Locate;
  readonly problems: ProblemList;
}

/** A file of another program, whose YAML may merge one mapping into another (`<<`). */
export const parseForeignText = (text: string, code: ErrorCode): ParsedText => parsedText(text, code, true);

/** `code`: under which its problems are refused. `shipped`: its name, if it is a file that comes with the product. */
export function parseText(text: string, code: ErrorCode, shipped?: string): ParsedText {
  if (shipped === undefined) return parsedText(text, code);
  let parsed: ParsedText | undefined;
  const fresh = (): ParsedText => (parsed ??= parsedText(text, code));
  // One with a problem is not kept, and told as it is.
  const sound = (): unknown => (fresh().problems.all.length > 0 ? undefined : fresh().value);
  const value = keptReading({ name: shipped, text, reader: import.meta.url }, sound);
  if (value === undefined) return fresh();
  // Places are asked for only where something is wrong, which a file that was kept has been without.
  const locate: Locate = (path, at) => fresh().locate(path, at);
  return { value, locate, problems: createProblemList(locate, code) };
}

function parsedText(text: string, code: ErrorCode, merge = false): ParsedText {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    strict: true,
    version: '1.2',
    merge,
    prettyErrors: false,
  });
  const locate = locator(document, lines);
  const problems = createProblemList(locate, code);
  for (const error of document.errors) {
    const place = lines.linePos(error.pos[0]);
    problems.add({
      severity: 'error',
      code,
      path: '',
      line: place.line,
      column: place.col,
      ...faultOf(error, () => firstLineOf(document, lines, error.pos[0])),
    });
  }
  if (document.errors.length > 0) return { value: undefined, locate, problems };
  refuseInborn(document, lines, code, problems);
  return { value: toPlain(document, problems), locate, problems };
}

/** `before`: of a key that stands twice, where it stood before. */
function faultOf({ code, message }: YAMLError, before: () => string): { message: string; mend: string } {
  if (code === 'DUPLICATE_KEY')
    return { message: `this key stands twice in one mapping${before()}`, mend: 'keep one of the two' };
  if (code === 'MULTIPLE_DOCS')
    return { message: 'a second document begins here', mend: 'keep one, and make a file of its own of the other' };
  if (tooDeep(message))
    return {
      message: 'it is nested too deeply to be read',
      mend: 'no key that is read lies deeper than eight levels: remove the brackets',
    };
  return { message: `not YAML: ${firstLine(message)}`, mend: 'correct the indentation or the quoting there' };
}

/** Of a key that stands twice: where it stood before. */
function firstLineOf(document: Document.Parsed, lines: LineCounter, second: number): string {
  let found = '';
  visit(document, {
    Map: (_, { items }) => {
      const again = items.find(({ key }) => offsetOf(key) === second);
      if (again === undefined || !isScalar(again.key)) return undefined;
      const { value } = again.key;
      const first = items.find(({ key }) => isScalar(key) && key.value === value);
      if (first === undefined || first === again) return undefined;
      found = `, in line ${lines.linePos(offsetOf(first.key) ?? 0).line} and in line ${lines.linePos(second).line}`;
      return visit.BREAK;
    },
  });
  return found;
}

/** What every object has by birth: `constructor`, `toString`, `__proto__`, … */
const INBORN: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

function refuseInborn(document: Document.Parsed, lines: LineCounter, code: ErrorCode, problems: ProblemList): void {
  visit(document, {
    Pair: (_, { key }) => {
      if (!isScalar(key) || !INBORN.has(String(key.value))) return;
      const { line, col } = lines.linePos(offsetOf(key) ?? 0);
      const path = String(key.value);
      const message = `\`${path}\` is neither a key nor a name that a file may have`;
      problems.add({
        severity: 'error',
        code,
        path,
        line,
        column: col,
        message,
        mend: 'remove it, or name it otherwise',
      });
    },
  });
}

function toPlain(document: Document.Parsed, problems: ProblemList): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MOST }) as unknown;
  } catch (error) {
    problems.error([], `the anchors cannot be resolved: ${firstLine(String(error))}`, 'write the values out', 'value');
    return undefined;
  }
}

/** The parser reports an exhausted stack as if the text were at fault. */
const tooDeep = (message: string): boolean => message.includes('call stack');

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

function locator(document: Document.Parsed, lines: LineCounter): Locate {
  return (path, at = 'value') => {
    const offset = find(document.contents, path, at) ?? 0;
    const place = lines.linePos(offset);
    return { line: Math.max(1, place.line), column: Math.max(1, place.col) };
  };
}

/** Offset of the node at `path`, or of its nearest parent where the path leads to something that is not there. */
function find(root: Node | null, path: DocumentPath, at: 'key' | 'value'): number | undefined {
  let node: unknown = root;
  let known = offsetOf(root);
  for (const [index, part] of path.entries()) {
    const last = index === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part),
      );
      if (pair === undefined) return known;
      const key = offsetOf(pair.key);
      if (last && at === 'key') return key ?? known;
      known = offsetOf(pair.value) ?? key ?? known;
      // A parent is shown by its key: a block mapping's own offset is that of its first child.
      if (!last) known = key ?? known;
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part];
      known = offsetOf(node) ?? known;
    } else {
      return known;
    }
  }
  return known;
}

function offsetOf(node: unknown): number | undefined {
  const range = (node as { range?: readonly number[] | null } | null | undefined)?.range;
  return range?.[0];
}
