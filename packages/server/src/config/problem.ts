// One thing wrong with a configuration: where it stands, why it is wrong, and what mends it. Every check adds to one
// list, so that an operator sees all of it at once; only errors stop a configuration, warnings are told and pass.
import { AppError } from '@weighbridge/kernel';

export type ConfigPath = readonly (string | number)[];

export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly code: 'CONFIG_INVALID' | 'CONFIG_SECRET';
  /** `routes.sonnet.candidates[0].deployment`; empty for the whole file. */
  readonly path: string;
  /** Counted from 1; 0 where the configuration did not come from a text. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly mend: string;
}

/** Where in the text a path stands: at its key, or at its value. */
export type Locate = (path: ConfigPath, at?: 'key' | 'value') => { readonly line: number; readonly column: number };

export function pathText(path: ConfigPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/** Gathers problems of one configuration. */
export interface ProblemList {
  readonly all: readonly Problem[];
  error(path: ConfigPath, message: string, mend: string, at?: 'key' | 'value'): void;
  warning(path: ConfigPath, message: string, mend: string, at?: 'key' | 'value'): void;
  add(problem: Problem): void;
}

const PROBLEMS_MOST = 200;

export function createProblemList(locate: Locate): ProblemList {
  const all: Problem[] = [];
  const add = (problem: Problem): void => {
    if (all.length < PROBLEMS_MOST) all.push(problem);
  };
  const at =
    (severity: Problem['severity']): ProblemList['error'] =>
    (path, message, mend, where = 'value') =>
      add({ severity, code: 'CONFIG_INVALID', path: pathText(path), ...locate(path, where), message, mend });
  return { all, add, error: at('error'), warning: at('warning') };
}

export const byPlace = (a: Problem, b: Problem): number => a.line - b.line || a.column - b.column;

/** `weighbridge.yaml:12:7: reason; mend`. */
export const problemLine = (file: string, problem: Problem): string =>
  `${file}${problem.line > 0 ? `:${problem.line}:${problem.column}` : ''}: ${problem.message}; ${problem.mend}`;

/** Throws CONFIG_SECRET or CONFIG_INVALID, naming every error, when the list holds one. */
export function refuseErrors(file: string, problems: readonly Problem[]): void {
  const errors = problems.filter((problem) => problem.severity === 'error').toSorted(byPlace);
  if (errors.length === 0) return;
  const code = errors.some((problem) => problem.code === 'CONFIG_SECRET') ? 'CONFIG_SECRET' : 'CONFIG_INVALID';
  const lines = errors.map((problem) => problemLine(file, problem));
  throw new AppError(
    code,
    `the configuration has ${errors.length === 1 ? 'an error' : `${errors.length} errors`}\n${lines.join('\n')}`,
    {
      details: { problems: errors },
    },
  );
}
