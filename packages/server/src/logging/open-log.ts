// The instance's log. It begins as the command line asks, before any configuration is read, and goes on as the one in force
// says. Nobody waits for it: a reader of standard error that does not read, or a file that cannot be written, costs lines,
// and how many is told and counted. Nothing of a lane's work is said here but what its receipt says.
import { isAbsolute, resolve } from 'node:path';
import { systemClock, type Clock } from '@weighbridge/kernel';
import { LOG_LEVELS, type Config, type LoggingConfig } from '@weighbridge/protocol';
import { VERSION } from '../version.ts';
import { LOG_EVENTS, type Say } from './events.ts';
import { jsonLine, textLine } from './line.ts';
import { LineFile } from './log-file.ts';

/** What the command line says; it goes before the configuration. */
export type LogAsked = Partial<Pick<LoggingConfig, 'format' | 'level' | 'file'>>;

export interface LogOptions {
  readonly asked: LogAsked;
  /** A line on standard error, with its end; false: there is no room, and it was not written. */
  readonly write: (line: string) => boolean;
  /** A relative path of a file is taken from here. */
  readonly folder: string;
  readonly clock?: Clock;
}

export interface Log {
  readonly say: Say;
  /** As `say`, but a person at a terminal is not told: it was told otherwise. */
  readonly record: Say;
  readonly format: () => 'text' | 'json';
  /** From now on as this configuration says. */
  use(config: Config): void;
  /** Lines that found no room. */
  dropped(): number;
  /** Writes what waits for the file. */
  close(): Promise<void>;
}

export function openLog({ asked, write, folder, clock = systemClock }: LogOptions): Log {
  let settings: Pick<LoggingConfig, 'format' | 'level' | 'file'> = { format: 'text', level: 'info', ...asked };
  let resource: Readonly<Record<string, string>> = { 'service.name': 'weighbridge', 'service.version': VERSION };
  let [lost, untold] = [0, 0];
  let former = 0;
  const onStderr = (line: string): void => {
    if (write(line)) return;
    lost += 1;
    untold += 1;
  };
  const put =
    (toPerson: boolean): Say =>
    (message, event, facts) => {
      if (LOG_LEVELS.indexOf(LOG_EVENTS[event]) > LOG_LEVELS.indexOf(settings.level)) return;
      const asJson = settings.format === 'json';
      const line = asJson || file !== null ? jsonLine({ at: clock.wall(), event, message, facts }, resource) : '';
      if (untold > 0) tellDropped();
      if (asJson || toPerson) onStderr(asJson ? line : textLine(message));
      file?.write(line);
    };
  /** Its own line comes first, and only where there is room again. */
  const tellDropped = (): void => {
    const message = `${untold} lines of the log were dropped: nobody read standard error fast enough`;
    const record = { at: clock.wall(), event: 'log.dropped', message, facts: { 'log.dropped': untold } } as const;
    if (write(settings.format === 'json' ? jsonLine(record, resource) : `${message}\n`)) untold = 0;
  };
  const openFile = (path: string | undefined): LineFile | null => {
    if (path === undefined) return null;
    const whole = isAbsolute(path) ? path : resolve(folder, path);
    return new LineFile(whole, {
      // On standard error alone: the file is what does not work.
      failed: (reason) =>
        tell(
          `the log file ${whole} cannot be written (${reason}): its lines are dropped and counted`,
          'log.file_failed',
        ),
      well: (count) => tell(`the log file ${whole} is written again; ${count} lines were dropped`, 'log.file_well'),
    });
  };
  const tell = (message: string, event: 'log.file_failed' | 'log.file_well'): void =>
    onStderr(settings.format === 'json' ? jsonLine({ at: clock.wall(), event, message }, resource) : `${message}\n`);
  let file = openFile(settings.file);
  return {
    say: put(true),
    record: put(false),
    format: () => settings.format,
    use: ({ logging, node, organisation, log }) => {
      const before = settings.file;
      settings = { ...logging, ...asked };
      resource = { ...resource, ...placeOf({ node, organisation, log }) };
      if (settings.file === before) return;
      former += file?.dropped ?? 0;
      void file?.close();
      file = openFile(settings.file);
    },
    dropped: () => lost + former + (file?.dropped ?? 0),
    close: async () => file?.close(),
  };
}

/** As OpenTelemetry names where something runs: the same as its spans and metrics say. */
export const placeOf = ({
  node,
  organisation,
  log,
}: Pick<Config, 'node' | 'organisation' | 'log'>): Record<string, string> => ({
  'service.name': 'weighbridge',
  'service.version': VERSION,
  'service.instance.id': node,
  'service.namespace': organisation,
  'deployment.environment.name': log,
});
