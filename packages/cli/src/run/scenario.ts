// `deal scenario run` and `deal scenario compare`: reads the file, runs the paths, prints bands. Everything printed is simulated.
import { AppError, didYouMean } from '@weighbridge/kernel';
import {
  applySwitches,
  compareSamples,
  readScenario,
  sampleScenario,
  summarise,
  SWITCH_NAMES,
  type Scenario,
  type SwitchName,
} from '@weighbridge/planner';
import { text, type Context, type Run } from '../frame/command.ts';
import { DEFAULT_SCENARIO, scenarioText } from '../read/scenario-file.ts';
import { wholeOption } from '../read/whole-option.ts';
import { comparisonText, summaryText } from './scenario-text.ts';

export const run: Run = async (context) => {
  const [action, first = DEFAULT_SCENARIO, second] = context.arguments;
  const options = { seed: wholeOption(context, 'seed', 1), paths: wholeOption(context, 'paths', 1000) };
  const switches = switchNames(text(context, 'with') ?? '');
  if (action === 'run' && second !== undefined)
    throw new AppError('USAGE', `\`deal scenario run\` does not understand "${second}"`, {
      next: `to set two side by side: weighbridge deal scenario compare ${first} ${second}`,
    });
  const scenario = load(context, first);
  if (action === 'run') {
    const changed = applySwitches(scenario, switches);
    const summary = { ...summarise(sampleScenario(changed, options)), switches };
    context.out.data(summary, () => summaryText(summary, switches, context.out.paint));
    return 0;
  }
  if (second === undefined && switches.length === 0)
    throw new AppError('USAGE', '`deal scenario compare` needs a second scenario, or --with a switch', {
      next: `for example: weighbridge deal scenario compare ${first} --with grid-delay`,
    });
  const other = second === undefined ? scenario : load(context, second);
  const comparison = compareSamples(
    sampleScenario(scenario, options),
    sampleScenario(applySwitches(other, switches), options),
    { first, second: [second ?? first, ...switches].join(' + '), switches: second === undefined ? switches : [] },
  );
  context.out.data(comparison, () => comparisonText(comparison, context.out.paint));
  return 0;
};

const load = (context: Context, name: string): Scenario => readScenario(name, scenarioText(context, name));

function switchNames(given: string): SwitchName[] {
  const names = given
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const known: readonly string[] = SWITCH_NAMES;
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = didYouMean(name, known);
    throw new AppError('USAGE', `there is no switch "${name.slice(0, 40)}"`, {
      next: near === undefined ? `use any of ${known.join(', ')}` : `did you mean ${near}?`,
    });
  }
  return [...new Set(names)] as SwitchName[];
}
