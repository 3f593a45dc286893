// Who stands together: actors tied by investment or by a parent are one group, for as long as the tie lasts. Dependence and
// concentration are measured over groups, so that three names that fund one another do not look like three sources.
import { at, namesIn } from './inputs.ts';
import { monthIndex, type Scenario } from './scenario.ts';

export interface Groups {
  /** Of every actor by month, the group's number: [month × actors + actor]. */
  readonly of: Int32Array;
  /** By month, the number of the group that most investment ties hold together; −1 where none does. */
  readonly linked: Int32Array;
  readonly actors: number;
}

interface Tie {
  readonly from: number;
  readonly to: number;
  readonly since: number;
  readonly until: number;
  readonly invests: boolean;
}

export function groupsOf(scenario: Scenario): Groups {
  const ties = tiesOf(scenario);
  const actors = Object.keys(scenario.actors).length;
  const of = new Int32Array(actors * scenario.months);
  const linked = new Int32Array(scenario.months);
  let held = '';
  for (let month = 0; month < scenario.months; month += 1) {
    const now = ties.filter((tie) => tie.since <= month && month < tie.until);
    const key = now.map((tie) => ties.indexOf(tie)).join(' ');
    if (month > 0 && key === held) {
      of.copyWithin(month * actors, (month - 1) * actors, month * actors);
      linked[month] = linked[month - 1] ?? -1;
      continue;
    }
    held = key;
    const own = of.subarray(month * actors, (month + 1) * actors);
    join(own, now);
    linked[month] = mostTied(own, now);
  }
  return { of, linked, actors };
}

function tiesOf(scenario: Scenario): Tie[] {
  const { actors } = namesIn(scenario);
  const leaves = (name: string): number => index(scenario, scenario.actors[name]?.leaves) ?? Infinity;
  const tie = (from: string, to: string, invests: boolean, since?: string, until?: string): Tie => ({
    from: at(actors, from),
    to: at(actors, to),
    since: index(scenario, since) ?? -Infinity,
    until: Math.min(index(scenario, until) ?? Infinity, leaves(from), leaves(to)),
    invests,
  });
  const parents = Object.entries(scenario.actors).flatMap(([name, { parent }]) =>
    parent === undefined ? [] : [tie(parent, name, false)],
  );
  const links = scenario.links
    .filter(({ kind }) => kind === 'invests_in')
    .map((link) => tie(link.from, link.to, true, link.since, link.until));
  const stakes = Object.values(scenario.instruments).flatMap((each) =>
    each.kind === 'investment' ? [tie(each.from, each.to, true, each.tranches[0]?.month, each.ends)] : [],
  );
  return [...parents, ...links, ...stakes];
}

const index = (scenario: Scenario, month: string | undefined): number | undefined =>
  month === undefined ? undefined : monthIndex(scenario, month);

function join(own: Int32Array, ties: readonly Tie[]): void {
  for (let actor = 0; actor < own.length; actor += 1) own[actor] = actor;
  for (const { from, to } of ties) {
    const [kept, gone] = [own[from], own[to]];
    if (kept === undefined || gone === undefined || kept === gone) continue;
    for (let actor = 0; actor < own.length; actor += 1) if (own[actor] === gone) own[actor] = kept;
  }
}

function mostTied(own: Int32Array, ties: readonly Tie[]): number {
  const counts = new Map<number, number>();
  for (const tie of ties) {
    const group = own[tie.from];
    if (tie.invests && group !== undefined) counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  let [most, best] = [0, -1];
  for (const [group, count] of counts) if (count > most) [most, best] = [count, group];
  return best;
}
