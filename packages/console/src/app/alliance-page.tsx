// Joins the scenarios, their runs, the model and the view. A run of few paths is shown at once, and the whole one in its place
// when it is there.
import { SCENARIO_PATHS, type ScenarioRun } from '@weighbridge/protocol';
import { timelineOf } from '../features/alliance/charts.ts';
import { flowsOf } from '../features/alliance/flows.ts';
import {
  commandOf,
  deliveryTexts,
  headlineOf,
  inputFacts,
  layersOf,
  linkedText,
  organisationOf,
  shortfallText,
  statusOf,
  tagsText,
  tiesOf,
} from '../features/alliance/model.ts';
import { ELSEWHERE, ownText, SCENARIO_BOUNDS } from '../features/alliance/own-file.ts';
import type { OwnFile } from '../features/own-file.ts';
import { shownYear, sidesOf, yearsOf } from '../features/alliance/sides.ts';
import { differenceTexts, switchTexts, thrownTexts } from '../features/alliance/switches.ts';
import { AllianceView, type Told } from '../features/alliance/view.tsx';
import { usePageState } from './navigate.ts';
import { allianceSearch, type AllianceSearch } from './search-state.ts';
import { isWaiting, useAnswer, valueOf, type Asked } from './use-answer.ts';
import { useOwnFile } from './use-own-file.ts';

const OWN = { ...SCENARIO_BOUNDS, kept: 'weighbridge-scenario', check: 'checkScenario' } as const;

export function AlliancePage() {
  const { value: search, change } = usePageState(allianceSearch);
  const list = useAnswer('scenarios', {});
  const own = useOwnFile(OWN, () => change({ run: 'own', year: '' }));
  const wantsOwn = search.run === 'own' || search.vs === 'own';
  const question = {
    name: search.run,
    ...(wantsOwn && own.file !== null ? { own: own.file.text } : {}),
    switches: search.with,
    seed: Number(search.seed),
    ...(search.vs === 'none' ? {} : { against: { name: search.vs, switches: search.vswith } }),
  };
  const there = !wantsOwn || own.file !== null;
  const quick = useAnswer('scenario', there ? { ...question, paths: SCENARIO_PATHS.quick } : null);
  const whole = useAnswer('scenario', there ? { ...question, paths: SCENARIO_PATHS.most } : null);
  const fresh = freshOf(whole) ?? freshOf(quick);
  const shown = there ? (fresh ?? valueOf(whole) ?? valueOf(quick)) : null;
  const sides = shown === null ? [] : sidesOf(shown);
  const known = valueOf(list);
  const failed = [whole, quick, list].find(({ state }) => state === 'problem');
  return (
    <AllianceView
      headline={headlineOf(sides)}
      problem={there ? (failed?.state === 'problem' ? failed.problem : null) : ELSEWHERE}
      onRetry={failed?.retry ?? whole.retry}
      scenarios={[...(known?.rows ?? []), ...ownRow(own.file, wantsOwn)]}
      own={ownText(own.state)}
      ownOpen={own.state.state !== 'none' || !there}
      onFile={own.read}
      switches={known === null ? [] : switchTexts(known)}
      search={search}
      change={change}
      status={statusOf(shown, SCENARIO_PATHS.most, isWaiting(whole))}
      told={shown === null ? null : toldOf(shown, search, own.file)}
      busy={(there ? [quick, whole, list] : [list]).some(isWaiting)}
      stale={fresh === null && shown !== null}
    />
  );
}

/** A choice while there is a file, or the address speaks of one. */
const ownRow = (file: OwnFile | null, wanted: boolean) =>
  file === null && !wanted ? [] : [{ id: 'own' as const, title: file?.name ?? 'a file in another tab' }];

const freshOf = (asked: Asked<ScenarioRun>): ScenarioRun | null => (isWaiting(asked) ? null : valueOf(asked));

function toldOf(run: ScenarioRun, search: AllianceSearch, own: OwnFile | null): Told | null {
  const sides = sidesOf(run);
  const [main] = sides;
  const organisation = organisationOf(sides);
  if (main === undefined || organisation === null) return null;
  const { side } = main;
  const year = shownYear(side, search.year);
  return {
    charts: timelineOf(sides),
    thrown: thrownTexts(sides),
    sides: sides.map(({ name }) => name),
    differences: differenceTexts(run.differences, side.currency),
    years: yearsOf(side),
    year,
    layers: layersOf(sides, year),
    ties: tiesOf(sides, year),
    linked: linkedText(side),
    flows: sides.map((each) => flowsOf(each, year, sides.length === 1)),
    deliveries: deliveryTexts(sides),
    shortfall: shortfallText(side),
    organisation,
    inputs: inputFacts(main),
    tags: `${tagsText(side.tags)}.`,
    note: side.note,
    interval: run.interval,
    command: commandOf(main, search.seed, own?.name),
  };
}
