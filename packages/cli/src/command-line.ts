// The command line: finds the row, checks what was typed, runs it, and turns its end into an exit code. Nothing but
// the table is loaded before the command is known, so that help stands at once.
import { toAppError } from '@weighbridge/kernel';
import { findCommand, parseArguments } from './frame/arguments.ts';
import { flag, type Context } from './frame/command.ts';
import { commandHelp, overview } from './frame/help.ts';
import { createOutput } from './frame/output.ts';
import { COMMANDS } from './table/table.ts';

const WORDS_FOR_HELP = new Set(['-h', '--help']);

export async function main(words: readonly string[]): Promise<number> {
  const json = words.includes('--json');
  const noColor = (process.env['NO_COLOR'] ?? '') !== '' || process.env['TERM'] === 'dumb';
  const out = createOutput({ stdout: process.stdout, stderr: process.stderr, json, noColor });
  try {
    if (words.length === 0 || (words.length === 1 && WORDS_FOR_HELP.has(words[0] ?? ''))) {
      out.data([], () => overview(COMMANDS, out.paint));
      return words.length === 0 ? 2 : 0;
    }
    const { command, rest } = findCommand(words[0] === '--version' ? ['version'] : words, COMMANDS);
    const parsed = parseArguments(rest, command);
    const context: Context = {
      ...parsed,
      out,
      env: process.env,
      workingFolder: process.cwd(),
      signal: interruptions(),
    };
    if (flag(context, 'help')) {
      out.data([], () => commandHelp(command, out.paint));
      return 0;
    }
    const run = await command.run();
    return (await run(context)) ?? 0;
  } catch (error) {
    const failure = toAppError(error);
    out.fail(failure.body());
    if (failure.code === 'INTERNAL' && process.env['WEIGHBRIDGE_DEBUG'] !== undefined)
      out.warn((error as Error).stack ?? '');
    return failure.row.exit;
  }
}

/** npm passes on a signal that the terminal has sent already: what comes this soon after is the same one. */
const SAME_MS = 500;

/** The first interrupt asks the command to end, a second one ends it. */
function interruptions(): AbortSignal {
  const controller = new AbortController();
  let first = Number.NEGATIVE_INFINITY;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (!controller.signal.aborted) {
        first = performance.now();
        controller.abort(signal);
      } else if (performance.now() - first > SAME_MS) {
        process.exit(130);
      }
    });
  }
  return controller.signal;
}
