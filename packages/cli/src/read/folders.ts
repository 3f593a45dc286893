// The names that need no package to be known: where state lies, and which file says what to serve.
import { join, resolve } from 'node:path';
import { text, type Context } from '../frame/command.ts';

export const DEFAULT_CONFIG = 'weighbridge.yaml';
/** Where `npm start` builds the console. */
export const CONSOLE_FOLDER = join(import.meta.dirname, '..', '..', '..', 'console', 'dist');
const DEFAULT_HOME = '.weighbridge';

export const homeFolder = (context: Context): string =>
  resolve(context.workingFolder, text(context, 'home') ?? DEFAULT_HOME);
