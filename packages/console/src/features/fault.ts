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
  what: sentence(message),
  mend,
  severity,
});

export const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`;
