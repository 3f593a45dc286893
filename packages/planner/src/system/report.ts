// A run as the control API answers it: one scenario with its switches, alone or beside a second one, and for every switch
// thrown what theory claims beside what came. Amounts become decimal text, other numbers keep seven digits; the same question
// gives the same answer to the last character.
import {
  SCENARIO_LINES,
  SCENARIO_NAMES,
  type ScenarioAsked,
  type ScenarioSideName,
  type ScenarioRun,
  type Scenarios,
  type ScenarioSide,
  type ScenarioThrown,
} from '@weighbridge/protocol';
import { bandOf } from './bands.ts';
import { compareOutputs, movesSeen } from './compare.ts';
import { bandTexts, labelOfMoved, valueIn } from './figures.ts';
import { gradeCounts, gradedParts } from './grades.ts';
import { groupsOf } from './groups.ts';
import { OUTPUTS } from './outputs.ts';
import { sampleScenario, type Sample } from './sample.ts';
import type { Scenario } from './scenario.ts';
import { deliveriesOf, organisationOf } from './report-parts.ts';
import { INTERVAL, summarise } from './summary.ts';
import { applySwitches, SWITCH_NAMES, SWITCHES, type Switch, type SwitchName } from './switches.ts';

/** Whoever opens files: the planner does not. Throws DEAL_INVALID for one of somebody's own that has a fault. */
export type LoadScenario = (name: ScenarioSideName) => Scenario;

export function scenarioList(load: LoadScenario): Scenarios {
  return {
    rows: SCENARIO_NAMES.map((id) => {
      const scenario = load(id);
      const { title, note = '', currency, start, months } = scenario;
      return { id, title, about: note, currency, start, months, tags: gradeCounts(scenario) };
    }),
    switches: SWITCH_NAMES.map((name) => {
      const { title, what, moves }: Switch = SWITCHES[name];
      return { name, title, what, moves: moves.map((move) => ({ ...move, title: labelOfMoved(move.output).title })) };
    }),
  };
}

type Side = Pick<ScenarioAsked, 'name' | 'switches'>;
type SampleOf = (side: Side, paths: number) => Sample;

/** Throws `USAGE` when the two cannot be set side by side. */
export function runScenario(asked: ScenarioAsked, load: LoadScenario): ScenarioRun {
  const { seed, paths } = asked;
  const held = new Map<string, Sample>();
  // A side without its switch is often the other side: what was run once is not run again.
  const sampleOf: SampleOf = ({ name, switches }, count) => {
    const key = `${name} ${switches.join(',')} ${count}`;
    const sample = held.get(key) ?? sampleScenario(applySwitches(load(name), switches), { seed, paths: count });
    held.set(key, sample);
    return sample;
  };
  const [one, other] = [inOrder(asked), asked.against === undefined ? null : inOrder(asked.against)];
  const differences = other === null ? [] : compareOutputs(sampleOf(one, paths), sampleOf(other, paths), 'all months');
  return {
    simulated: true,
    seed,
    paths,
    interval: INTERVAL,
    first: sideOf(one, paths, sampleOf),
    second: other === null ? null : sideOf(other, paths, sampleOf),
    differences: differences.map(({ name, first, second, difference }) => {
      const { title, unit } = labelOfMoved(name);
      const [a, b, less] = [first, second, difference].map((band) => bandTexts(unit, band));
      return { output: name, title, unit, first: a ?? null, second: b ?? null, difference: less ?? null };
    }),
  };
}

/** Each switch once, in the order of the table: in which order they were thrown changes nothing. */
const inOrder = ({ name, switches }: Side): Side => ({
  name,
  switches: SWITCH_NAMES.filter((each) => switches.includes(each)),
});

function sideOf(side: Side, paths: number, sampleOf: SampleOf): ScenarioSide {
  const sample = sampleOf(side, paths);
  const { scenario } = sample;
  const summary = summarise(sample);
  const { months, outputs, shortfall, flows } = summary;
  const actors = Object.entries(scenario.actors).map(([id, { name, kind }]) => ({ id, name, kind }));
  return {
    scenario: side.name,
    title: scenario.title,
    note: scenario.note ?? '',
    currency: scenario.currency,
    switches: [...side.switches],
    tags: gradeCounts(scenario),
    inputs: gradedParts(scenario),
    months: [...months],
    actors: [
      ...actors,
      ...sample.accounts.slice(actors.length).map((id) => ({ id, name: id, kind: 'outside' as const })),
    ],
    linked: linkedOf(scenario),
    lines: SCENARIO_LINES.map((name) => {
      const { title, method } = OUTPUTS[name];
      const { unit } = labelOfMoved(name);
      const bands = outputs.find((each) => each.name === name)?.bands ?? [];
      return { name, title, unit, method, bands: bands.map((band) => bandTexts(unit, band)) };
    }),
    gigawatt_years: bandTexts('GW', bandOf(gigawattYears(sample))),
    deliveries: deliveriesOf(sample, summary),
    shortfall: bandTexts('money', shortfall),
    organisation: organisationOf(summary),
    flows: flows.map(({ year, from, to, why, amount }) => ({
      year,
      from,
      to,
      why,
      amount: valueIn('money', amount) as string,
    })),
    thrown: side.switches.map((name) => thrownOf(name, side, paths, sampleOf)),
  };
}

/** Of each path, the gigawatts that stood in each month, by twelfths of a year. */
function gigawattYears({ values, paths, scenario }: Sample): Float64Array {
  const sums = new Float64Array(paths);
  for (let at = 0; at < scenario.months * paths; at += 1)
    sums[at % paths] = (sums[at % paths] ?? 0) + (values.energised_mw[at] ?? 0) / 12_000;
  return sums;
}

/** Names of the actors of the linked group, as it first stands. */
function linkedOf(scenario: Scenario): string[] {
  const { of, linked, actors } = groupsOf(scenario);
  const month = linked.findIndex((group) => group !== -1);
  if (month === -1) return [];
  return Object.values(scenario.actors)
    .filter((_, actor) => of[month * actors + actor] === linked[month])
    .map(({ name }) => name);
}

/** Paths that the switches thrown share, and what each has at the least: both sides share every draw, so that few tell much. */
const THROWN_PATHS = { all: 250, least: 25 } as const;

/** A claim is about the same scenario without the one switch: every other switch stays as it is on both sides. */
function thrownOf(name: SwitchName, side: Side, paths: number, sampleOf: SampleOf): ScenarioThrown {
  const count = Math.min(
    paths,
    Math.max(THROWN_PATHS.least, Math.floor(Math.min(paths, THROWN_PATHS.all) / side.switches.length)),
  );
  const without = { ...side, switches: side.switches.filter((each) => each !== name) };
  const { title, what }: Switch = SWITCHES[name];
  const seen = movesSeen(sampleOf(without, count), sampleOf(side, count), name);
  return {
    name,
    title,
    what,
    paths: count,
    moves: seen.map(({ output, direction, because, mean, without: before, seen: came }) => {
      const { title: moved, unit } = labelOfMoved(output);
      return {
        output,
        title: moved,
        direction,
        because,
        unit,
        mean: valueIn(unit, mean),
        without: Number.isFinite(before) ? valueIn(unit, before) : null,
        seen: came,
      };
    }),
  };
}
