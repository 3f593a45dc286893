// `import`: another gateway's configuration as ours. The configuration goes where it is asked for, the report beside it; a file that
// is there is not written over without a word, and what is written has been checked as any configuration is.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError, isAppError } from '@weighbridge/kernel';
import { importConfig, type Imported, type MovingFrom } from '@weighbridge/server';
import { flag, text, type Context, type Run } from '../frame/command.ts';
import { boundedText } from '../read/bounded-file.ts';
import { importReport } from './import-report.ts';
import { isThere, writeNew } from './new-file.ts';

export const litellm: Run = async (context) => imported(context, 'litellm', { models: many(context, 'model') });

export const portkey: Run = async (context) => {
  const route = text(context, 'route');
  if (route !== undefined && context.arguments.length > 1)
    throw new AppError('USAGE', '--route names one route, and several files are given', {
      next: 'leave it out: each route is named after its file',
    });
  const model = text(context, 'model');
  const providers = providersOf(many(context, 'provider'));
  const asked = { providers, ...(route === undefined ? {} : { route }), ...(model === undefined ? {} : { model }) };
  return imported(context, 'portkey', { portkey: asked });
};

const many = ({ options }: Context, name: string): readonly string[] =>
  Array.isArray(options[name]) ? (options[name] as string[]) : [];

function providersOf(given: readonly string[]): Readonly<Record<string, string>> {
  const pairs = given.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1 || at === pair.length - 1)
      throw new AppError('USAGE', `--provider "${pair}" is no NAME=PROVIDER`, {
        next: 'for example: --provider prod-key=openai',
      });
    return [pair.slice(0, at).replace(/^@/, ''), pair.slice(at + 1)] as const;
  });
  return Object.fromEntries(pairs);
}

type More = Pick<Parameters<typeof importConfig>[0], 'portkey' | 'models'>;

function imported(context: Context, from: MovingFrom, more: More): number {
  const out = text(context, 'out');
  const path = out === undefined ? undefined : resolve(context.workingFolder, out);
  if (path !== undefined && existsSync(path) && !flag(context, 'force')) throw isThere(path);
  const done = importConfig({
    from,
    files: context.arguments.map((name) => ({ name, text: sourceText(resolve(context.workingFolder, name), name) })),
    environment: context.env,
    now: Date.now(),
    ...more,
  });
  if (path !== undefined) writeNew(path, done.config, flag(context, 'force'));
  tell(context, done, out);
  return done.routes === 0 || done.problems.some(({ severity }) => severity === 'error') ? 3 : 0;
}

/** Throws USAGE. */
function sourceText(path: string, name: string): string {
  const next = 'name a file that is there; docs/moving-in.md shows what can be read';
  try {
    return boundedText(path);
  } catch (error) {
    if (isAppError(error)) throw new AppError('USAGE', `${name} cannot be read: ${error.message}`, { next });
    throw new AppError('USAGE', `${name} cannot be read: ${(error as Error).message}`, { next, cause: error });
  }
}

function tell({ out }: Context, done: Imported, written: string | undefined): void {
  const answer = { ...done, written: written ?? null };
  const report = importReport(done, out.paint, written);
  if (written === undefined && !out.json) {
    out.data(answer, () => done.config.trimEnd());
    out.note(report);
  } else out.data(answer, () => report);
}
