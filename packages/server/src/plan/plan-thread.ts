// The thread in which plans are run: at a low priority, since some thousands of draws take a good part of a second of a core. It reads
// the catalogues and the plans that ship once, and a plan of somebody's own from the question that brings it.
import { parentPort } from 'node:worker_threads';
import { invariant } from '@weighbridge/kernel';
import { checkedPlan, planList, readPlan, runPlans, type ReadPlan } from '@weighbridge/planner';
import type { PlanAsked, PlanRun } from '@weighbridge/protocol';
import { answerCalls } from '../lanes/thread-calls.ts';
import { stepBack } from '../lanes/step-back.ts';
import { planHtml } from './report/html.ts';
import { planPdf } from './report/pdf.ts';
import { shippedBasis, shippedPlans } from './shipped.ts';

invariant(parentPort !== null, 'plans are run in a thread of their own');

const catalogues = shippedBasis();
const texts = shippedPlans();
const read = new Map<string, ReadPlan>();
/** The last that somebody brought: the same file is asked for again with every control that is moved. */
let brought: { readonly text: string; readonly plan: ReadPlan } | null = null;

function shipped(name: string): ReadPlan {
  const text = texts.get(name);
  invariant(text !== undefined, 'every plan that has a name ships');
  const plan = read.get(name) ?? readPlan(name, text, catalogues);
  read.set(name, plan);
  return plan;
}

/** Throws PLAN_INVALID. */
function own(text: string | undefined): ReadPlan {
  invariant(text !== undefined, 'the desk refuses a side that is `own` where no text comes with it');
  if (brought?.text !== text) brought = { text, plan: readPlan('your file', text, catalogues) };
  return brought.plan;
}

const run = (asked: PlanAsked): PlanRun => runPlans(asked, (name) => (name === 'own' ? own(asked.own) : shipped(name)));

stepBack();
answerCalls(parentPort, {
  list: () => planList(texts, catalogues),
  check: (text: string) => checkedPlan(text, catalogues),
  run,
  html: (asked: PlanAsked) => planHtml(run(asked)),
  pdf: (asked: PlanAsked) => planPdf(run(asked)),
});
