// A scenario by its name or by the path of a file: those that ship have names, all others are files.
import { SCENARIO_FILES } from '@weighbridge/planner';
import type { Context } from '../frame/command.ts';
import { shippedOrFile } from './shipped-or-file.ts';

export const DEFAULT_SCENARIO = 'alliance';

/** The text of a scenario. Throws USAGE when there is neither a scenario nor a file of that name. */
export const scenarioText = (context: Context, name: string): string =>
  shippedOrFile(context, name, SCENARIO_FILES, 'scenario');
