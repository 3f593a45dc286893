// A scenario by its name or by the path of a file: those that ship have names, all others are files.
import { resolve } from 'node:path';
import { AppError, didYouMean } from '@weighbridge/kernel';
import { SCENARIO_FILES } from '@weighbridge/planner';
import type { Context } from '../frame/command.ts';
import { boundedText } from './bounded-file.ts';

export const DEFAULT_SCENARIO = 'alliance';

/** The text of a scenario. Throws USAGE when there is neither a scenario nor a file of that name. */
export function scenarioText(context: Context, name: string): string {
  const shipped = Object.hasOwn(SCENARIO_FILES, name) ? SCENARIO_FILES[name] : undefined;
  try {
    return boundedText(shipped ?? resolve(context.workingFolder, name));
  } catch (error) {
    const near = didYouMean(name, Object.keys(SCENARIO_FILES));
    throw new AppError('USAGE', `"${name.slice(0, 200)}" is no scenario that ships, and no file that can be read`, {
      cause: error,
      next:
        near === undefined
          ? `use ${Object.keys(SCENARIO_FILES).join(', ')}, or the path of a file`
          : `did you mean ${near}?`,
    });
  }
}
