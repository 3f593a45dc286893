// One configuration, checked whole: secrets first (they are refused even in a file that does not parse), then syntax,
// shape, names, and what each cloud and the price book say of the deployments. Every problem comes with its line.
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import {
  byPlace,
  checkShape,
  createProblemList,
  DOCUMENT_BYTES_MOST,
  parseText,
  type Locate,
  type Problem,
  type ProblemList,
} from '@weighbridge/document';
import { cloudOf } from '@weighbridge/gateway';
import { configSchema, type Config } from '@weighbridge/protocol';
import { compileDeployment } from './compile.ts';
import { checkMeaning } from './meaning.ts';
import { checkPrices } from './prices.ts';
import { refuseConfig } from './refuse.ts';
import { checkSecretFiles } from './secret-files.ts';
import { findSecretsInCredentials, findSecretsInText } from './secrets.ts';
import { checkWitnesses } from './witnesses.ts';

export interface LoadedConfig {
  /** Name shown in messages: the path, or what it was made from. */
  readonly source: string;
  /** Undefined when an error stops it. */
  readonly config: Config | undefined;
  /** Errors and warnings, in the order of the text. */
  readonly problems: readonly Problem[];
  readonly locate: Locate;
  /** Further price rows, absolute paths. */
  readonly priceFiles: readonly string[];
}

const NOWHERE: Locate = () => ({ line: 0, column: 0 });

/** Checks a configuration given as text. Paths in it are relative to `folder`. `now`: UTC milliseconds, for prices. */
export function checkConfigText(source: string, text: string, folder: string, now: number): LoadedConfig {
  const parsed = parseText(text, 'CONFIG_INVALID');
  findSecretsInText(text, parsed.problems);
  const leaks = findSecretsInCredentials(parsed.value, parsed.locate, parsed.problems);
  const seen = withoutPaths(parsed.problems, leaks);
  const config =
    parsed.value === undefined && text.trim() !== '' && hasErrors(parsed.problems.all)
      ? undefined
      : checkShape(parsed.value, configSchema, seen);
  return finish(source, config, parsed.problems, parsed.locate, folder, now);
}

/** Checks a configuration made by the program: the lab's, or what `--live` found. */
export function checkConfigValue(source: string, value: unknown, folder: string, now: number): LoadedConfig {
  const problems = createProblemList(NOWHERE, 'CONFIG_INVALID');
  return finish(source, checkShape(value, configSchema, problems), problems, NOWHERE, folder, now);
}

/** Reads and checks a file. Throws CONFIG_INVALID when it cannot be read; problems inside it are returned. */
export function checkConfigFile(path: string, now: number): LoadedConfig {
  return checkConfigText(path, readText(path), dirname(resolve(path)), now);
}

/** As `checkConfigFile`, but any error throws CONFIG_INVALID or CONFIG_SECRET naming all of them. */
export function requireConfig(loaded: LoadedConfig): Config {
  refuseConfig(loaded.source, loaded.problems);
  if (loaded.config === undefined) throw new AppError('CONFIG_INVALID', `${loaded.source} holds no configuration`);
  return loaded.config;
}

function readText(path: string): string {
  try {
    const found = statSync(path);
    // A pipe or a device would be waited for without end.
    if (!found.isFile()) throw new AppError('CONFIG_INVALID', `${path} is no regular file`);
    if (found.size > DOCUMENT_BYTES_MOST) {
      throw new AppError('CONFIG_INVALID', `${path} is larger than ${DOCUMENT_BYTES_MOST} bytes`, {
        next: 'move price rows into a file named under `price_files`',
      });
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'does not exist'
        : `cannot be read (${(error as Error).message})`;
    throw new AppError('CONFIG_INVALID', `the configuration file ${path} ${reason}`, {
      next: 'name another file with --config, or start without one to use the lab',
      cause: error,
    });
  }
}

function finish(
  source: string,
  config: Config | undefined,
  problems: ProblemList,
  locate: Locate,
  folder: string,
  now: number,
): LoadedConfig {
  const priceFiles = (config?.price_files ?? []).map((file) => resolve(folder, file));
  if (config !== undefined) {
    checkMeaning(config, problems);
    checkClouds(config, problems);
    checkSecretFiles(config, problems);
    checkWitnesses(config, problems);
    checkPrices(config, priceFiles, now, problems);
  }
  const refused = hasErrors(problems.all);
  return { source, config: refused ? undefined : config, problems: problems.all.toSorted(byPlace), locate, priceFiles };
}

const hasErrors = (problems: readonly Problem[]): boolean => problems.some((problem) => problem.severity === 'error');

function checkClouds(config: Config, problems: ProblemList): void {
  checkSharedKeys(config, problems);
  for (const [id, deployment] of Object.entries(config.deployments)) {
    const cloud = cloudOf(deployment.cloud);
    for (const problem of cloud.check(compileDeployment(id, deployment))) {
      problems.error(['deployments', id], problem, `correct deployment "${id}"`, 'key');
    }
    const kind = config.credentials[deployment.credential]?.kind;
    if (kind !== undefined && !cloud.credentialKinds.includes(kind)) {
      const what = `credential "${deployment.credential}" is of kind "${kind}", which "${deployment.cloud}" does not take`;
      problems.error(['deployments', id, 'credential'], what, `use one of ${cloud.credentialKinds.join(', ')}`);
    }
  }
}

/** A plain key belongs to one seller; a token of an identity is made for each. */
function checkSharedKeys(config: Config, problems: ProblemList): void {
  for (const [id, { kind }] of Object.entries(config.credentials)) {
    const users = Object.values(config.deployments).filter(({ credential }) => credential === id);
    const clouds = [...new Set(users.map(({ cloud }) => cloud))];
    if (kind !== 'api_key' || clouds.length < 2) continue;
    problems.warning(
      ['credentials', id],
      `credential "${id}" is sent to ${clouds.join(' and to ')}: the secret of one seller may reach another`,
      "give each cloud a credential of its own, unless both are the same seller's",
      'key',
    );
  }
}

/** A secret written out is one problem, not two: the schema's complaint about the same place is left out. */
function withoutPaths(problems: ProblemList, paths: readonly string[]): ProblemList {
  return {
    ...problems,
    error: (path, message, mend, at) => {
      const name = path.join('.');
      if (!paths.some((leak) => leak === name)) problems.error(path, message, mend, at);
    },
  };
}
