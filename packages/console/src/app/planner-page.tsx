// Joins the plans, their runs, the model and the view. A run of few draws is shown at once, and the whole one in its place when it is
// there; the report that is sent is of the whole one.
import { PLAN_DRAWS, type PlanRange, type PlanRun } from '@weighbridge/protocol';
import { planTitle } from '../features/planner/asked.ts';
import { statusOf, toldOf } from '../features/planner/model.ts';
import { changed, picksIn, picksText, rangesIn, rangesText } from '../features/planner/moves.ts';
import { ownPlanText, PLAN_BOUNDS, PLAN_ELSEWHERE } from '../features/planner/own-plan.ts';
import { PlannerView } from '../features/planner/view.tsx';
import { typedName } from '../features/own-file.ts';
import type { Question } from '../api/port.ts';
import { usePageState } from './navigate.ts';
import { SavedViews } from './saved-views.tsx';
import { plannerSearch, type PlannerSearch } from './search-state.ts';
import { isWaiting, problemOf, useAnswer, valueOf, type Asked } from './use-answer.ts';
import { useExport } from './use-export.ts';
import { useOwnFile } from './use-own-file.ts';

const OWN = { ...PLAN_BOUNDS, kept: 'weighbridge-plan', check: 'checkPlan' } as const;

const UNMOVED = { set: '', pick: '', about: '', vset: '', vpick: '' } as const;

export function PlannerPage() {
  const { value: search, change } = usePageState(plannerSearch);
  const list = useAnswer('plans', {});
  const own = useOwnFile(OWN, () => change({ run: 'own', ...UNMOVED }));
  const wantsOwn = search.run === 'own' || search.vs === 'own';
  const there = !wantsOwn || own.file !== null;
  const question = questionOf(search, wantsOwn ? own.file?.text : undefined);
  const quick = useAnswer('plan', there ? { ...question, draws: PLAN_DRAWS.quick } : null);
  const whole = useAnswer('plan', there ? { ...question, draws: PLAN_DRAWS.whole } : null);
  const { save, problem: reportProblem } = useExport();
  const fresh = freshOf(whole) ?? freshOf(quick);
  const shown = there ? (fresh ?? valueOf(whole) ?? valueOf(quick)) : null;
  const failed = [whole, quick, list].find(({ state }) => state === 'problem');
  const problem = there ? (failed === undefined ? null : problemOf(failed)) : PLAN_ELSEWHERE;
  const plans = plansOf(valueOf(list)?.rows ?? [], own.file?.name ?? null, search);
  const besides = besidesOf(plans, search);
  return (
    <PlannerView
      plans={plans}
      run={search.run}
      beside={search.vs}
      besides={besides}
      seed={search.seed}
      status={statusOf(shown, PLAN_DRAWS.whole, isWaiting(whole))}
      problem={problem}
      reportProblem={reportProblem}
      told={
        shown === null
          ? null
          : toldOf(shown, {
              name: search.run === 'own' ? typedName(own.file?.name ?? '') : search.run,
              ranges: rangesIn(search.set),
              picks: picksIn(search.pick),
              seed: search.seed,
              beside: besides.find(({ id }) => id === search.vs)?.title ?? null,
            })
      }
      busy={(there ? [quick, whole, list] : [list]).some(isWaiting)}
      stale={fresh === null && shown !== null}
      whole={fresh !== null && problem === null}
      changed={search.set !== '' || search.pick !== ''}
      views={<SavedViews path="/planner" />}
      address={wantsOwn ? null : location.href}
      onRetry={failed?.retry ?? whole.retry}
      onReport={(format) => save({ of: 'plan', format, question: { ...question, draws: PLAN_DRAWS.whole } })}
      onRun={(run) => change({ run: run as PlannerSearch['run'], ...UNMOVED, vs: besideAfter(run, search.vs) })}
      onBeside={(vs) => change({ vs: vs as PlannerSearch['vs'], ...(vs === 'kept' ? {} : { vset: '', vpick: '' }) })}
      onKeep={() => change({ vs: 'kept', vset: search.set, vpick: search.pick })}
      onSeed={(seed) => change({ seed })}
      onAbout={(about) => change({ about })}
      onMove={(id: string, range: PlanRange | null) =>
        change({ set: rangesText(changed(rangesIn(search.set), id, range)) })
      }
      onPick={(ids, value) => change({ pick: picksText(pickedIn(search.pick, ids, value, shown)) })}
      onReset={() => change({ set: '', pick: '' })}
      file={valueOf(list)?.rows.find(({ id }) => id === search.run)?.text ?? null}
      own={ownPlanText(own.state)}
      ownOpen={own.state.state !== 'none' || !there}
      onFile={own.read}
    />
  );
}

const questionOf = (search: PlannerSearch, own: string | undefined): Question<'plan'> => ({
  name: search.run,
  ranges: rangesIn(search.set),
  choices: picksIn(search.pick),
  seed: Number(search.seed),
  ...(search.about === '' ? {} : { about: search.about }),
  ...(own === undefined ? {} : { own }),
  ...againstOf(search),
});

function againstOf({ run, vs, vset, vpick }: PlannerSearch): Pick<Question<'plan'>, 'against'> {
  if (vs === 'none') return {};
  if (vs === 'kept') return { against: { name: run, ranges: rangesIn(vset), choices: picksIn(vpick) } };
  return { against: { name: vs === 'written' ? run : vs } };
}

/** What was kept is of the plan that is left. */
const besideAfter = (run: string, vs: PlannerSearch['vs']): PlannerSearch['vs'] =>
  vs === run || vs === 'kept' ? 'none' : vs;

/** What a file says itself needs no change. */
function pickedIn(
  held: string,
  ids: readonly string[],
  value: string,
  shown: PlanRun | null,
): Readonly<Record<string, string>> {
  const stated = new Map(shown?.first.choices.map((choice) => [choice.id, choice.stated]));
  return ids.reduce((picks, id) => changed(picks, id, stated.get(id) === value ? null : value), picksIn(held));
}

interface Named {
  readonly id: string;
  readonly title: string;
}

/** Those that ship, and one's own while there is a file, or the address speaks of one. */
const plansOf = (
  rows: readonly (Named & Pick<PlanRun['first'], 'kind'>)[],
  own: string | null,
  { run, vs }: PlannerSearch,
): readonly Named[] => [
  ...(rows.length === 0 && run !== 'own'
    ? [{ id: run, title: run }]
    : rows.map(({ id, kind, title }) => ({ id, title: planTitle(kind, title) }))),
  ...(own === null && run !== 'own' && vs !== 'own' ? [] : [{ id: 'own', title: own ?? 'a file in another tab' }]),
];

const besidesOf = (plans: readonly Named[], { run, vs }: PlannerSearch): readonly Named[] => [
  { id: 'none', title: 'nothing' },
  { id: 'written', title: 'itself as written' },
  ...(vs === 'kept' ? [{ id: 'kept', title: 'itself as it was kept' }] : []),
  ...plans.filter(({ id }) => id !== run),
];

const freshOf = (asked: Asked<PlanRun>): PlanRun | null => (isWaiting(asked) ? null : valueOf(asked));
