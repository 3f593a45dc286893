// What a command is: a row. Help, completion, docs/cli.md and the test that runs every example are all made from it,
// so none of them can say what the command does not do. `run` is loaded only when the command is the one asked for.
import type { Output } from './output.ts';

export interface Option {
  /** Long name without dashes. */
  readonly name: string;
  readonly short?: string;
  readonly type: 'string' | 'boolean';
  /** May be given more than once. */
  readonly many?: boolean;
  /** What stands for the value in help: `FILE`, `N`. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly summary: string;
}

export interface Argument {
  readonly name: string;
  readonly summary: string;
  readonly required: boolean;
  readonly choices?: readonly string[];
  /** The last one, which may be given more than once. */
  readonly many?: true;
}

export interface Example {
  /** As typed after `weighbridge`. `ID`, `FILE`, `SUBJECT` and the like stand for values of the reader's own. */
  readonly line: string;
  readonly says: string;
  /** Exit code when it is not 0. */
  readonly exit?: number;
}

/** JSON Schema (draft 2020-12) of what `--json` prints. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Context {
  readonly arguments: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly out: Output;
  /** The process environment, read once, at the entry. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  /** Aborted by the first interrupt. */
  readonly signal: AbortSignal;
}

/** Does the work. Resolves with the exit code (0 when nothing is returned); throws `AppError`. */
export type Run = (context: Context) => Promise<number | void>;

export interface Command {
  /** One or two words: `calls`, `keys create`. */
  readonly name: string;
  readonly group: 'run' | 'watch' | 'prove' | 'deal' | 'plan' | 'set up' | 'lab' | 'shell';
  readonly summary: string;
  /** A paragraph where the summary is not enough. */
  readonly more?: string;
  readonly examples: readonly [Example, ...Example[]];
  readonly arguments: readonly Argument[];
  readonly options: readonly Option[];
  /** What `--json` prints; `each`: one such value a line. */
  readonly output: { readonly schema: JsonSchema; readonly lines?: boolean };
  readonly run: () => Promise<Run>;
}

/** Options that every command takes. */
export const GLOBAL_OPTIONS: readonly Option[] = [
  { name: 'json', type: 'boolean', summary: 'print data as JSON, for programs' },
  { name: 'home', type: 'string', value: 'DIR', summary: 'folder of the state (default .weighbridge)' },
  {
    name: 'log',
    type: 'string',
    value: 'KIND',
    choices: ['live', 'lab', 'sample'],
    summary: 'which log (default: the one running, else the only one there)',
  },
  { name: 'no-input', type: 'boolean', summary: 'accepted everywhere; nothing here ever asks' },
  { name: 'help', short: 'h', type: 'boolean', summary: 'show help for the command' },
];

/** Of commands that read one log: one that came before it. */
export const SUPERSEDED: Option = {
  name: 'superseded',
  type: 'string',
  value: 'N',
  summary: 'read the log that a recovery or a restore ended as number N (journal/superseded/N)',
};

/** What stands before the name of a command where this one was typed: through npm in a clone, else our own name. */
export const commandStart = (env: Context['env']): string =>
  env['npm_lifecycle_event'] === undefined ? 'weighbridge' : 'npm run weighbridge --';

export const text = (context: Context, name: string): string | undefined => {
  const value = context.options[name];
  return typeof value === 'string' ? value : undefined;
};

export const flag = (context: Context, name: string): boolean => context.options[name] === true;
