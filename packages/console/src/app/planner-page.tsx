// Joins the plans, their runs, the model and the view. A run of few draws is shown at once, and the whole one in its place when it is
// there.
import { PLAN_DRAWS, type PlanRange, type PlanRun } from '@weighbridge/protocol';
import { statusOf, toldOf } from '../features/planner/model.ts';
import { changed, picksIn, picksText, rangesIn, rangesText } from '../features/planner/moves.ts';
import { ownPlanText, PLAN_BOUNDS, PLAN_ELSEWHERE } from '../features/planner/own-plan.ts';
import { PlannerView } from '../features/planner/view.tsx';
import { typedName } from '../features/own-file.ts';
import { usePageState } from './navigate.ts';
import { plannerSearch, type PlannerSearch } from './search-state.ts';
import { isWaiting, useAnswer, valueOf, type Asked } from './use-answer.ts';
import { useOwnFile } from './use-own-file.ts';

const OWN = { ...PLAN_BOUNDS, kept: 'weighbridge-plan', check: 'checkPlan' } as const;

export function PlannerPage() {
  const { value: search, change } = usePageState(plannerSearch);
  const list = useAnswer('plans', {});
  const own = useOwnFile(OWN, () => change({ run: 'own', set: '', pick: '', about: '' }));
  const [ranges, picks] = [rangesIn(search.set), picksIn(search.pick)];
  const wantsOwn = search.run === 'own' || search.vs === 'own';
  const there = !wantsOwn || own.file !== null;
  const question = questionOf(search, wantsOwn ? own.file?.text : undefined);
  const quick = useAnswer('plan', there ? { ...question, draws: PLAN_DRAWS.quick } : null);
  const whole = useAnswer('plan', there ? { ...question, draws: PLAN_DRAWS.whole } : null);
  const fresh = freshOf(whole) ?? freshOf(quick);
  const shown = there ? (fresh ?? valueOf(whole) ?? valueOf(quick)) : null;
  const failed = [whole, quick, list].find(({ state }) => state === 'problem');
  const plans = plansOf(valueOf(list)?.rows ?? [], own.file?.name ?? null, search);
  const besides = [
    { id: 'none', title: 'nothing' },
    { id: 'written', title: 'itself as written' },
    ...plans.filter(({ id }) => id !== search.run),
  ];
  return (
    <PlannerView
      plans={plans}
      run={search.run}
      beside={search.vs}
      besides={besides}
      seed={search.seed}
      status={statusOf(shown, PLAN_DRAWS.whole, isWaiting(whole))}
      problem={there ? (failed?.state === 'problem' ? failed.problem : null) : PLAN_ELSEWHERE}
      told={
        shown === null
          ? null
          : toldOf(shown, {
              name: search.run === 'own' ? typedName(own.file?.name ?? '') : search.run,
              ranges,
              picks,
              seed: search.seed,
              beside: besides.find(({ id }) => id === search.vs)?.title ?? null,
            })
      }
      busy={(there ? [quick, whole, list] : [list]).some(isWaiting)}
      stale={fresh === null && shown !== null}
      onRetry={failed?.retry ?? whole.retry}
      onRun={(run) =>
        change({
          run: run as PlannerSearch['run'],
          set: '',
          pick: '',
          about: '',
          vs: search.vs === run ? 'none' : search.vs,
        })
      }
      onBeside={(vs) => change({ vs: vs as PlannerSearch['vs'] })}
      onSeed={(seed) => change({ seed })}
      onAbout={(about) => change({ about })}
      onMove={(id: string, range: PlanRange | null) => change({ set: rangesText(changed(ranges, id, range)) })}
      onPick={(id, value) => change({ pick: picksText(changed(picks, id, value)) })}
      onReset={() => change({ set: '', pick: '' })}
      file={valueOf(list)?.rows.find(({ id }) => id === search.run)?.text ?? null}
      own={ownPlanText(own.state)}
      ownOpen={own.state.state !== 'none' || !there}
      onFile={own.read}
    />
  );
}

const questionOf = (search: PlannerSearch, own: string | undefined) => ({
  name: search.run,
  ranges: rangesIn(search.set),
  choices: picksIn(search.pick),
  seed: Number(search.seed),
  ...(search.about === '' ? {} : { about: search.about }),
  ...(own === undefined ? {} : { own }),
  ...(search.vs === 'none' ? {} : { against: { name: search.vs === 'written' ? search.run : search.vs } }),
});

/** Those that ship, and one's own while there is a file, or the address speaks of one. */
const plansOf = (
  rows: readonly { readonly id: string; readonly title: string }[],
  own: string | null,
  { run, vs }: PlannerSearch,
): readonly { readonly id: string; readonly title: string }[] => [
  ...(rows.length === 0 && run !== 'own' ? [{ id: run, title: run }] : rows),
  ...(own === null && run !== 'own' && vs !== 'own' ? [] : [{ id: 'own', title: own ?? 'a file in another tab' }]),
];

const freshOf = (asked: Asked<PlanRun>): PlanRun | null => (isWaiting(asked) ? null : valueOf(asked));
