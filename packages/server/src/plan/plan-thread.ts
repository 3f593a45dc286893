// The thread in which plans are run: at a low priority, since some thousands of draws take a good part of a second of a core. It reads
// the catalogues, the solver and the plans that ship once, and a plan of somebody's own from the question that brings it.
import { parentPort } from 'node:worker_threads';
import { invariant } from '@weighbridge/kernel';
import { checkedPlan, planList, readPlan, runPlans, withRows, type ReadPlan } from '@weighbridge/planner';
import type { PlanRun } from '@weighbridge/protocol';
import { answerCalls } from '../lanes/thread-calls.ts';
import { stepBack } from '../lanes/step-back.ts';
import type { PlanQuestion, Wanting, Wants } from './plan-desk.ts';
import { planHtml } from './report/html.ts';
import { planPdf } from './report/pdf.ts';
import { shippedBasis, shippedPlans } from './shipped.ts';

invariant(parentPort !== null, 'plans are run in a thread of their own');

const basis = await shippedBasis();
const texts = shippedPlans();
const read = new Map<string, ReadPlan>();
/** The last that somebody brought: the same file is asked for again with every control that is moved. */
let brought: { readonly text: string; readonly plan: ReadPlan } | null = null;

function shipped(name: string): ReadPlan {
  const text = texts.get(name);
  invariant(text !== undefined, 'every plan that has a name ships');
  const plan = read.get(name) ?? readPlan(name, text, basis);
  read.set(name, plan);
  return plan;
}

/** Throws PLAN_INVALID. */
function readOwn(text: string | undefined): ReadPlan {
  invariant(text !== undefined, 'the desk refuses a side that is `own` where no text comes with it');
  if (brought?.text !== text) brought = { text, plan: readPlan('your file', text, basis) };
  return brought.plan;
}

const sideOf = (name: string, own: string | undefined): ReadPlan => (name === 'own' ? readOwn(own) : shipped(name));

/** What sides take from receipts and nobody has given yet. */
function wantsOf({ name, against, own, given }: PlanQuestion): Wants | null {
  const sides = [name, ...(against === undefined ? [] : [against.name])].map((side) => {
    const wanted = [...(sideOf(side, own).wants ?? [])].flatMap(([workload, rows]) =>
      rows.is === 'own' && given?.[side] === undefined ? [[workload, rows] as const] : [],
    );
    return [side, wanted] as const;
  });
  const held = sides.filter(([, wanted]) => wanted.length > 0);
  return held.length === 0 ? null : Object.fromEntries(held);
}

/** `make`: what is made of the run, once nothing is wanting. */
const answered =
  <Made>(make: (run: PlanRun) => Made) =>
  (question: PlanQuestion): Made | Wanting => {
    const wants = wantsOf(question);
    if (wants !== null) return { wants };
    const { own, given } = question;
    const rowsOf = (side: string) =>
      new Map((given?.[side] ?? []).map(([workload, hours]) => [workload, { own: hours }]));
    return make(runPlans(question, (side) => withRows(sideOf(side, own), rowsOf(side))));
  };

stepBack();
answerCalls(parentPort, {
  list: () => planList(texts, basis),
  check: (text: string) => checkedPlan(text, basis),
  run: answered((run) => run),
  html: answered(planHtml),
  pdf: answered(planPdf),
});
