// A secret that a configuration names by file has to be there: a path that leads nowhere is a dangling name, refused
// with its line like any other. Only the outside of the file is told (is it there, how large, who may open it), never
// a byte of what it holds. Relative paths are from the working folder, as where the credential is read.
import { readFileSync, statSync, type Stats } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { SECRET_BYTES_MOST } from '@weighbridge/gateway';
import type { Config } from '@weighbridge/protocol';
import type { DocumentPath, ProblemList } from '@weighbridge/document';

/** Others may read or write it, or its group may write it. */
const TOO_OPEN = 0o027;

interface NamedFile {
  /** Of what: `credential "x"`. */
  readonly of: string;
  /** Where the path stands. */
  readonly at: DocumentPath;
  readonly path: string;
}

/** Errors for files that no secret can be read from; a warning for one that other users can open. */
export function checkSecretFiles(config: Config, problems: ProblemList): void {
  for (const file of namedFiles(config)) checkFile(file, problems);
}

const namedFiles = ({ credentials, alerts }: Config): readonly NamedFile[] => [
  ...filesOf(credentials, ['credentials'], 'credential'),
  ...filesOf(alerts.channels, ['alerts', 'channels'], 'channel'),
];

function filesOf(all: Readonly<Record<string, object>>, place: readonly string[], kind: string): readonly NamedFile[] {
  return Object.entries(all).flatMap(([name, fields]) =>
    Object.entries(fields as Readonly<Record<string, unknown>>).flatMap(([field, held]): NamedFile[] => {
      const at = [...place, name, field];
      const of = `${kind} "${name}"`;
      const path = isFile(held) ? held.file : undefined;
      if (path !== undefined) return [{ of, at: [...at, 'file'], path }];
      const isPath = typeof held === 'string' && (field === 'file' || field === 'token_file');
      return isPath ? [{ of, at, path: held }] : [];
    }),
  );
}

const isFile = (held: unknown): held is { readonly file: string } =>
  typeof held === 'object' && held !== null && 'file' in held && typeof held.file === 'string';

function checkFile({ of, at, path }: NamedFile, problems: ProblemList): void {
  const whole = resolve(path);
  const what = `the secret file ${whole} of ${of}`;
  const right = `or correct the path${isAbsolute(path) ? '' : ' (which is taken from the working folder)'}`;
  try {
    const found = statSync(whole, { throwIfNoEntry: false });
    if (found === undefined) return problems.error(at, `${what} does not exist`, `write the secret into it, ${right}`);
    if (!found.isFile()) return problems.error(at, `${what} is ${kindOf(found)}`, `name a regular file, ${right}`);
    if (found.size > SECRET_BYTES_MOST) {
      const most = `${SECRET_BYTES_MOST / 1024} kB`;
      return problems.error(at, `${what} is larger than ${most}, so it is no secret`, `name the file of the secret`);
    }
    if (readFileSync(whole, 'utf8').trim() === '')
      return problems.error(at, `${what} is empty`, `write the secret into it, ${right}`);
    checkMode(found, whole, what, at, problems);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    problems.error(
      at,
      `${what} cannot be read (${why})`,
      `give the user that runs the gateway leave to read it, ${right}`,
    );
  }
}

/** Windows keeps its rights elsewhere. */
function checkMode({ mode }: Stats, path: string, what: string, at: DocumentPath, problems: ProblemList): void {
  if (process.platform === 'win32' || (mode & TOO_OPEN) === 0) return;
  const shown = (mode & 0o777).toString(8).padStart(4, '0');
  const whom = (mode & 0o007) === 0 ? 'its group can write it' : 'every user of this machine can open it';
  problems.warning(at, `${what} is too open: ${whom} (mode ${shown})`, `chmod 600 ${path}`);
}

const kindOf = (found: Stats): string =>
  found.isDirectory() ? 'a folder' : found.isFIFO() ? 'a pipe' : 'no regular file';
