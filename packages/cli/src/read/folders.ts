// The names that need no package to be known: where state lies, and which file says what to serve.
import { join, resolve } from 'node:path';
import { text, type Context } from '../frame/command.ts';

export const DEFAULT_CONFIG = 'weighbridge.yaml';
const CONSOLE = join(import.meta.dirname, '..', '..', '..', 'console');
/** Where the built console lies, and the program that builds it there when its sources changed. */
export const CONSOLE_FOLDER = join(CONSOLE, 'dist');
export const CONSOLE_BUILD = join(CONSOLE, 'build', 'main.ts');
const DEFAULT_HOME = '.weighbridge';

export const homeFolder = (context: Context): string =>
  resolve(context.workingFolder, text(context, 'home') ?? DEFAULT_HOME);
