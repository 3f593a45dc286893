// The log of an instance that `up` starts: as flags or the environment ask for it, before any configuration is read, so that
// a start that fails is told in the same form; a crash too, without its words, which may quote what was being worked on.
import { AppError, toAppError } from '@weighbridge/kernel';
import { LOG_FORMATS, LOG_LEVELS } from '@weighbridge/protocol';
import type { CrashFacts, Log, LogAsked, LogEvent } from '@weighbridge/server';
import { text, type Context } from '../frame/command.ts';

export interface UpLog extends Log {
  /** For a person, and kept back under `--json` unless the log itself is JSON. */
  note(message: string, event: LogEvent): void;
  /** Why the start or the run failed; the exit code. */
  failed(error: unknown): number;
}

const CRASH_FLUSH_MS = 500;

export async function openUpLog(context: Context): Promise<UpLog> {
  const asked = askedOf(context);
  const { crashFacts, openLog } = await import('@weighbridge/server');
  const { out, workingFolder } = context;
  const log = openLog({ asked, write: (line) => out.logged(line), folder: workingFolder });
  const crashed = (error: unknown): void => tellCrash(log, crashFacts(error));
  process.on('uncaughtException', crashed);
  return {
    ...log,
    close: async () => {
      process.off('uncaughtException', crashed);
      await log.close();
    },
    note: (message, event) => (out.json ? log.record : log.say)(message, event),
    failed: (error) => {
      const failure = toAppError(error);
      const { code, message, next, row } = failure;
      // A thread that hangs in a call of the system can be ended by nobody, and the end of the process would wait for it.
      if (code === 'RECORDER_SILENT') setTimeout(() => process.kill(process.pid, 'SIGKILL'), CRASH_FLUSH_MS);
      if (log.format() === 'text') throw failure;
      log.say(`${message}. ${next}`, 'server.failed', { 'error.type': code });
      return row.exit;
    },
  };
}

function askedOf(context: Context): LogAsked {
  const format = oneOf(context, 'log-format', 'WEIGHBRIDGE_LOG_FORMAT', LOG_FORMATS);
  const level = oneOf(context, 'log-level', 'WEIGHBRIDGE_LOG_LEVEL', LOG_LEVELS);
  const file = text(context, 'log-file') ?? nonEmpty(context.env['WEIGHBRIDGE_LOG_FILE']);
  return {
    ...(format === undefined ? {} : { format }),
    ...(level === undefined ? {} : { level }),
    ...(file === undefined ? {} : { file }),
  };
}

function oneOf<Word extends string>(
  context: Context,
  option: string,
  variable: string,
  words: readonly Word[],
): Word | undefined {
  const given = text(context, option) ?? nonEmpty(context.env[variable]);
  const known = words.find((word) => word === given);
  if (given === undefined || known !== undefined) return known;
  throw new AppError('USAGE', `--${option} (or ${variable}) is one of ${words.join(', ')}`);
}

const nonEmpty = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

/** The end of the process, told as the log tells things. */
function tellCrash(log: Log, { kind, frames }: CrashFacts): void {
  const where = frames.map((frame) => `\n  ${frame}`).join('');
  log.say(`the process crashed: ${kind}${where}`, 'process.crashed', { 'exception.type': kind });
  setTimeout(() => process.exit(1), CRASH_FLUSH_MS);
  void log.close();
}
