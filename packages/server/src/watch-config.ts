// The configuration file under watch: a saved change is taken or refused, and either is said; so is whatever keeps a
// change from being seen, and its end. What is in force stays in force through all of it.
import type { Actor } from '@weighbridge/protocol';
import type { Alert } from './admin/alerts.ts';
import type { Activated } from './admin/administration.ts';
import { problemLine, type Problem } from '@weighbridge/document';
import { watchFile, type FileWatch, type WatchOptions, type WatchState } from './watch-file.ts';
import { causeWords } from './logging/cause.ts';
import type { Say } from './logging/events.ts';

export interface ConfigWatchOptions extends Pick<WatchOptions, 'known' | 'lookMs' | 'goneMs' | 'watch'> {
  readonly reload: (cause: string, by: Actor) => Promise<Activated>;
  /** What was doubtful when the watch began, and told then. */
  readonly warnings: readonly Problem[];
  readonly say: Say;
  readonly alert: Alert;
}

export function watchConfig(file: string, options: ConfigWatchOptions): FileWatch {
  const { reload, say, alert } = options;
  let told = new Set(options.warnings.map(({ message }) => message));
  const take = async (): Promise<void> => {
    try {
      const { changed, digest, later, warnings } = await reload('the file changed', { via: 'file' });
      if (changed) say(`configuration ${digest.slice(0, 12)} is in force`, 'config.activated', { config: digest });
      for (const problem of warnings)
        if (!told.has(problem.message)) say(`warning: ${problemLine(file, problem)}`, 'config.warning');
      told = new Set(warnings.map(({ message }) => message));
      if (later.length > 0) say(`${later.join(', ')} will take effect at the next start`, 'config.later');
    } catch (error) {
      say(`the configuration was not taken, the old one stays in force: ${causeWords(error)}`, 'config.refused');
    }
  };
  return watchFile(file, {
    ...options,
    changed: () => void take(),
    told: (state) => tell(state, say, alert),
  });
}

function tell({ file, state, problem }: WatchState, say: Say, alert: Alert): void {
  if (state === 'watching') return say(`the configuration file ${file} is watched again`, 'config.watched');
  const why = problem ?? 'for no reason that the system gives';
  if (state === 'lost') {
    const message = `the configuration file ${file} cannot be read (${why}): what is in force stays`;
    return alert(
      { name: `lost ${file}`, alert: 'config_unwatched', about: file, message },
      'Put the file back: it is looked for each second, and taken when it is there',
    );
  }
  const message = `the system does not tell of changes of the configuration file ${file} (${why}): they are looked for each second`;
  alert(
    { name: `looking ${file}`, alert: 'config_unwatched', about: file, message },
    'Changes are still taken, somewhat later; on Linux raise fs.inotify.max_user_watches and max_user_instances',
  );
}
