// One thing wrong with a file that a person wrote, in words: where it stands, what it is, and what mends it.
import type { FileProblem } from '@weighbridge/protocol';

export interface FaultText {
  readonly key: string;
  /** Counted from 1; 0: the whole file. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  readonly where: string;
  readonly what: string;
  readonly mend: string;
  readonly severity: FileProblem['severity'];
}

export const faultText = ({ severity, path, line, column, message, mend }: FileProblem, index: number): FaultText => ({
  key: `${index} ${line}:${column}`,
  line,
  column: Math.max(1, column),
  where: line === 0 ? (path === '' ? 'the whole file' : path) : `line ${line}`,
  what: path !== '' && message.startsWith(path) ? ended(message) : sentence(message),
  mend,
  severity,
});

/** What begins with a place of the file keeps the file's own spelling: `links.ours.type is missing.` */
const ended = (text: string): string => `${text}${/[.?!]$/.test(text) ? '' : '.'}`;

export const sentence = (text: string): string => ended(`${text.charAt(0).toUpperCase()}${text.slice(1)}`);
