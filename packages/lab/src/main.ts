// Entry of the lab's own process. It is told what to do by one JSON line on standard input and answers with one JSON line
// on standard output once everything listens. With `--leash` it ends when its standard input does, that is with its
// parent, however that one dies; it looks at its parent's id too, in case somebody else holds the pipe.
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { AppError, toAppError } from '@weighbridge/kernel';
import type { LabOptions } from './endpoints.ts';
import { runLab, type OpenLab } from './run-lab.ts';

const PARENT_MS = 1_000;

async function readOptions(): Promise<LabOptions> {
  return new Promise<LabOptions>((resolve, reject) => {
    const lines = createInterface({ input: process.stdin });
    lines.once('line', (line) => {
      try {
        resolve(checkOptions(JSON.parse(line)));
      } catch (error) {
        reject(
          error instanceof AppError
            ? error
            : new AppError('USAGE', 'the first line on standard input must be a JSON object'),
        );
      }
    });
    lines.once('close', () => reject(new AppError('USAGE', 'standard input ended before the options line')));
  });
}

function checkOptions(value: unknown): LabOptions {
  const options = value as LabOptions | null;
  if (typeof options?.folder !== 'string' || typeof options.seed !== 'number') {
    throw new AppError('USAGE', 'the lab needs {"folder": "…", "seed": 1} on its standard input');
  }
  return options;
}

function leash(open: OpenLab): void {
  const parent = process.ppid;
  const end = (): void => {
    // Whatever is still open ends with the process; nothing here needs saving.
    open.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.stdin.on('end', end).on('close', end).on('error', end).resume();
  process.on('SIGTERM', end).on('SIGINT', end);
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, PARENT_MS).unref();
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { leash: { type: 'boolean', default: false } } });
  try {
    const open = await runLab(await readOptions());
    if (values.leash) leash(open);
    process.stdout.write(`${JSON.stringify(open.endpoints)}\n`);
  } catch (error) {
    const failure = toAppError(error);
    process.stdout.write(`${JSON.stringify({ error: failure.body() })}\n`);
    process.exitCode = failure.row.exit;
    process.stdin.destroy();
  }
}

await main();
