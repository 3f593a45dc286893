// One thing wrong with a file that a person wrote: where it stands, why it is wrong, and what mends it. Every check adds to one
// list, so that whoever mends it sees all of it at once; only errors stop a file, warnings are told and pass.
import { AppError, type ErrorCode } from '@weighbridge/kernel';

export type DocumentPath = readonly (string | number)[];

export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly code: ErrorCode;
  /** `routes.sonnet.candidates[0].deployment`; empty for the whole file. */
  readonly path: string;
  /** Counted from 1; 0 where it did not come from a text. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly mend: string;
}

/** Where in the text a path stands: at its key, or at its value. */
export type Locate = (path: DocumentPath, at?: 'key' | 'value') => { readonly line: number; readonly column: number };

export function pathText(path: DocumentPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/** Gathers problems of one file. */
export interface ProblemList {
  readonly all: readonly Problem[];
  error(path: DocumentPath, message: string, mend: string, at?: 'key' | 'value'): void;
  warning(path: DocumentPath, message: string, mend: string, at?: 'key' | 'value'): void;
  add(problem: Problem): void;
}

const PROBLEMS_MOST = 200;

export function createProblemList(locate: Locate, code: ErrorCode): ProblemList {
  const all: Problem[] = [];
  const add = (problem: Problem): void => {
    if (all.length < PROBLEMS_MOST) all.push(problem);
  };
  const at =
    (severity: Problem['severity']): ProblemList['error'] =>
    (path, message, mend, where = 'value') =>
      add({ severity, code, path: pathText(path), ...locate(path, where), message, mend });
  return { all, add, error: at('error'), warning: at('warning') };
}

export const byPlace = (a: Problem, b: Problem): number => a.line - b.line || a.column - b.column;

/** `weighbridge.yaml:12:7: reason; mend`. */
export const problemLine = (file: string, problem: Problem): string =>
  `${file}${problem.line > 0 ? `:${problem.line}:${problem.column}` : ''}: ${problem.message}; ${problem.mend}`;

/** As an answer tells them: all but the code under which the file is refused. */
export const toldProblems = (problems: readonly Problem[]): Omit<Problem, 'code'>[] =>
  problems.map(({ code: _code, ...problem }) => problem);

export interface Refused {
  readonly code: ErrorCode;
  /** The file in a sentence: "the configuration". */
  readonly what: string;
  /** Absent: what the code's row says. */
  readonly next?: string;
}

/** Throws under the code, naming every error, when the list holds one. */
export function refuseErrors({ code, what, next }: Refused, file: string, problems: readonly Problem[]): void {
  const errors = problems.filter((problem) => problem.severity === 'error').toSorted(byPlace);
  if (errors.length === 0) return;
  const lines = errors.map((problem) => problemLine(file, problem));
  throw new AppError(
    code,
    `${what} has ${errors.length === 1 ? 'an error' : `${errors.length} errors`}\n${lines.join('\n')}`,
    { details: { problems: errors }, ...(next === undefined ? {} : { next }) },
  );
}
