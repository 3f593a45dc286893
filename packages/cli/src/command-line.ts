// The command line: finds the row, checks what was typed, runs it, and turns its end into an exit code. Nothing but
// the table is loaded before the command is known, so that help stands at once. What surrounds it is handed in, so that
// a test runs the very same code.
import { AppError, toAppError } from '@weighbridge/kernel';
import { familyOf, findCommand, parseArguments } from './frame/arguments.ts';
import { commandStart, flag, type Context } from './frame/command.ts';
import { commandHelp, overview } from './frame/help.ts';
import { createOutput, type Output, type Sink } from './frame/output.ts';
import { COMMANDS } from './table/table.ts';

export interface Surroundings {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  /** `process.versions.node`. */
  readonly nodeVersion: string;
  /** Aborted with the name of the signal as its reason. */
  readonly signal: AbortSignal;
}

const NODE_MAJOR = 26;
const WORDS_FOR_HELP = new Set(['-h', '--help']);

/** Runs one command to its end; resolves with the exit code and never rejects. */
export async function runCommandLine(words: readonly string[], around: Surroundings): Promise<number> {
  const { stdout, stderr, env } = around;
  const noColor = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  const out = createOutput({ stdout, stderr, json: words.includes('--json'), noColor, start: commandStart(env) });
  try {
    return await dispatch(words, around, out);
  } catch (error) {
    const failure = toAppError(error);
    out.fail(failure.body());
    if (failure.code === 'INTERNAL' && env['WEIGHBRIDGE_DEBUG'] !== undefined) out.warn((error as Error).stack ?? '');
    return failure.row.exit;
  }
}

/** `--version`, and `plan --help`, which asks of all commands that begin so. */
function meantBy(words: readonly string[]): readonly string[] {
  const [first = '', second = ''] = words;
  if (first === '--version') return ['version'];
  const ofMany = words.length === 2 && WORDS_FOR_HELP.has(second) && familyOf(first, COMMANDS).length > 0;
  return ofMany ? ['help', first] : words;
}

async function dispatch(words: readonly string[], around: Surroundings, out: Output): Promise<number> {
  if (Number.parseInt(around.nodeVersion, 10) < NODE_MAJOR) {
    throw new AppError('NODE_VERSION', `this is Node ${around.nodeVersion}, and ${NODE_MAJOR} or later is needed`);
  }
  if (words.length === 0 || (words.length === 1 && WORDS_FOR_HELP.has(words[0] ?? ''))) {
    out.data([], () => overview(COMMANDS, out.paint, commandStart(around.env)));
    return words.length === 0 ? 2 : 0;
  }
  const { command, rest } = findCommand(meantBy(words), COMMANDS);
  const parsed = parseArguments(rest, command);
  const { env, workingFolder, signal } = around;
  const context: Context = { ...parsed, out, env, workingFolder, signal };
  if (flag(context, 'help')) {
    out.data([], () => commandHelp(command, out.paint, commandStart(env)));
    return 0;
  }
  const run = await command.run();
  return (await run(context)) ?? 0;
}
