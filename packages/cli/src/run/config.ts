// `config`: check, show, schema, reload.
import { problemLine } from '@weighbridge/document';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import { askControl, checkConfigFile, configSchemaText, requireConfig, type Activated } from '@weighbridge/server';
import type { Config } from '@weighbridge/protocol';
import { text, type Context, type Run } from '../frame/command.ts';
import { DEFAULT_CONFIG } from '../read/folders.ts';
import { problemsWithKeys } from '../read/key-entries.ts';
import { placeOf, requireInstance } from '../read/place.ts';

const fileOf = (context: Context): string => resolve(context.workingFolder, text(context, 'config') ?? DEFAULT_CONFIG);

export const check: Run = async (context) => {
  const file = fileOf(context);
  const problems = problemsWithKeys(context, checkConfigFile(file, Date.now()));
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const { paint } = context.out;
  context.out.data(problems, () => {
    const lines = problems.map(
      (problem) =>
        `${problem.severity === 'error' ? paint.bad('error') : paint.doubt('warning')}  ${problemLine(file, problem)}`,
    );
    const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;
    const verdict =
      errors === 0
        ? `${file} is good${problems.length === 0 ? '' : `, with ${count(problems.length, 'warning')}`}.`
        : `${file} cannot be used: ${count(errors, 'error')}.`;
    return [...lines, verdict].join('\n');
  });
  return errors === 0 ? 0 : 4;
};

export const show: Run = async (context) => {
  const { instance } = placeOf(context);
  if (instance !== undefined && text(context, 'config') === undefined) {
    const shown = await askControl<{ digest: string; config: Config }>(instance.socket, 'GET', '/config');
    context.out.data(shown, () => `Digest ${shown.digest}\n${JSON.stringify(shown.config, null, 2)}`);
    return 0;
  }
  const file = fileOf(context);
  if (!existsSync(file) && text(context, 'config') === undefined) {
    throw new AppError('SERVER_NOT_RUNNING', `no instance runs, and there is no ${file}`, {
      next: 'start one with `weighbridge up`, or name a file with --config',
    });
  }
  const config = requireConfig(checkConfigFile(file, Date.now()));
  context.out.data({ digest: null, config }, () => JSON.stringify(config, null, 2));
  return 0;
};

export const schema: Run = async (context) => {
  const shown = configSchemaText();
  context.out.data(JSON.parse(shown), () => shown.trimEnd());
};

export const reload: Run = async (context) => {
  const done = await askControl<Activated>(requireInstance(context).socket, 'POST', '/reload', {});
  context.out.data(done, () => {
    const waiting = done.later.length === 0 ? '' : ` ${done.later.join(', ')} will take effect at the next start.`;
    return done.changed
      ? `Configuration ${done.digest} is in force.${waiting}`
      : `Nothing has changed: ${done.digest} stays in force.${waiting}`;
  });
};
