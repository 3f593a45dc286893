// An exit plan as a document: what happens if a seller is left or leaves, line by line, each line with its reason and its source, so that who
// reads it can check it and who is missing something sees it under "open". Made from the estate, a shock played through, and the contract.
import type { PlanDocument } from '@weighbridge/protocol';
import type { ExitContract, ExitLine } from './exit-contract.ts';
import { dataActGaps, dataActLines } from './data-act.ts';
import { knownName, type Estate } from './estate.ts';
import { portability } from './portability.ts';
import { proofOf } from './placing.ts';
import { stress, type StressedWorkload } from './stress.ts';

export interface ExitSection {
  readonly title: string;
  readonly lines: readonly ExitLine[];
}

export interface ExitPlan {
  readonly title: string;
  readonly seller: string;
  readonly as_of: string;
  readonly sections: readonly ExitSection[];
  /** What has to be found out or mended before the plan can be trusted. */
  readonly open: readonly ExitLine[];
}

const ESTATE = 'configuration and receipts';
const PLAYED = 'planner, simulated: the seller gone';

/** `as_of`: the day that it is made for. Throws PLAN_INVALID. */
export function exitPlan(estate: Estate, seller: string, contract: ExitContract, as_of: string): ExitPlan {
  knownName('the exit plan', seller, [...new Set(Object.values(estate.deployments).map((each) => each.seller))]);
  const played = stress(estate, { kind: 'seller_gone', seller });
  const met = played.workloads.filter(({ workload }) => isAt(estate, workload, seller));
  const money = (amount: number): string => `${Math.round(amount).toLocaleString('en')} ${estate.currency}`;
  const cost = (of: (each: StressedWorkload) => number): number => met.reduce((sum, each) => sum + of(each), 0);
  const sections: ExitSection[] = [
    {
      title: 'What hangs on it',
      lines: met.map((each) => ({
        text: `${each.workload}: ${money(each.cost_before)} a month, criticality ${each.criticality}`,
        why: `its calls go to ${estate.workloads[each.workload]?.route[0] ?? ''}, which ${seller} sells`,
        source: ESTATE,
      })),
    },
    { title: 'Where it goes', lines: met.flatMap((each) => placeLines(estate, each, money)) },
    { title: 'What the contract gives', lines: contractLines(contract, money, as_of) },
    {
      title: 'What it costs and how long it takes',
      lines: [
        {
          text: `a month: ${money(cost((each) => each.cost_before))} now, ${money(cost((each) => each.cost_after))} after, for what is covered`,
          why: 'tokens of a month at list prices of where they go',
          source: PLAYED,
        },
        {
          text: `up to ${Math.max(0, ...met.map((each) => each.days_without))} days until the last workload that can move has moved`,
          why: 'contracts, keys and reviews of the places that are not configured yet',
          source: PLAYED,
        },
      ],
    },
    { title: 'How it is tried', lines: trialLines(met) },
  ];
  return {
    title: `Exit plan: ${seller}`,
    seller,
    as_of,
    sections: sections.filter(({ lines }) => lines.length > 0),
    open: [...contractGaps(contract, as_of), ...met.flatMap((each) => workloadGaps(estate, seller, each))],
  };
}

const isAt = ({ workloads, deployments }: Estate, name: string, seller: string): boolean =>
  deployments[workloads[name]?.route[0] ?? '']?.seller === seller;

function placeLines(estate: Estate, each: StressedWorkload, money: (amount: number) => string): ExitLine[] {
  const home = estate.deployments[estate.workloads[each.workload]?.route[0] ?? ''];
  return each.served_by.map(({ deployment, share }) => {
    const held = each.considered.find((one) => one.deployment === deployment);
    const model = estate.deployments[deployment]?.model ?? '';
    const proof = proofOf(estate, each.workload, model);
    const same = model === home?.model;
    return {
      text: `${each.workload}: ${Math.round(share * 100)} % to ${deployment}, ${money(held?.monthly_cost ?? 0)} a month were it all there, first token ${msWords(each.ttft_before_ms)} → ${msWords(held?.ttft_ms ?? null)} ms, ${held?.days ?? 0} days`,
      why: same ? 'the same model, elsewhere' : `${model} was proven for it on ${proof?.proven_on ?? 'an unknown day'}`,
      source: same ? ESTATE : (proof?.source ?? PLAYED),
    };
  });
}

const msWords = (ms: number | null): string => (ms === null ? 'not measured' : String(ms));

function contractLines(contract: ExitContract, money: (amount: number) => string, as_of: string): ExitLine[] {
  const { source } = contract;
  const line = (value: number | undefined, text: (held: number) => string, why: string): ExitLine[] =>
    value === undefined ? [] : [{ text: text(value), why, source }];
  return [
    ...line(contract.notice_days, (days) => `notice: ${days} days before`, 'it must be given before anything ends'),
    ...line(
      contract.transition_days,
      (days) => `transition: ${days} days of service after notice ends`,
      'time to move under load',
    ),
    ...line(
      contract.retrieval_days,
      (days) => `retrieval: ${days} days to fetch what lies there`,
      'fine-tuned models, files, logs',
    ),
    ...line(contract.exit_fee, (fee) => `fee: ${money(fee)}`, 'charged for leaving'),
    ...line(
      contract.committed_left,
      (left) => `committed and not yet drawn: ${money(left)}`,
      'it may fall due when the contract ends',
    ),
    ...(contract.eu_data_act === true ? dataActLines(as_of) : []),
  ];
}

/** The ladder of trials, from paper to a timed removal: what can be shown is worth more than what is written. */
function trialLines(met: readonly StressedWorkload[]): ExitLine[] {
  const moves = met.filter(({ served_by }) => served_by.length > 0).map(({ workload }) => workload);
  if (moves.length === 0) return [];
  const names = moves.join(', ');
  return [
    {
      text: `dry run of the configuration for ${names}`,
      why: 'policy, price and region of the substitute',
      source: 'ladder of exit trials, step 2',
    },
    {
      text: `replay of recorded work on the substitutes of ${names}`,
      why: 'quality and cost on one’s own calls',
      source: 'ladder of exit trials, step 3',
    },
    {
      text: `a small share of live calls of ${names}`,
      why: 'latency under real load',
      source: 'ladder of exit trials, step 4',
    },
    {
      text: 'the seller removed for a set time, and the clock read',
      why: 'the only proof of the time it takes',
      source: 'ladder of exit trials, step 5',
    },
  ];
}

function contractGaps(contract: ExitContract, as_of: string): ExitLine[] {
  const asked = {
    notice_days: 'how long before notice must be given',
    transition_days: 'whether service goes on while one moves',
    retrieval_days: 'how long data can be fetched',
    exit_fee: 'what leaving is charged with',
  } as const;
  const missing = Object.entries(asked)
    .filter(([name]) => contract[name as keyof typeof asked] === undefined)
    .map(([, what]) => ({ text: `ask ${what}`, why: 'the contract does not say', source: contract.source }));
  return contract.eu_data_act === true ? [...missing, ...dataActGaps(contract, as_of)] : missing;
}

function workloadGaps(estate: Estate, seller: string, each: StressedWorkload): ExitLine[] {
  const lines: ExitLine[] = [];
  if (each.covered < 1 - 1e-9) {
    const nearest = each.considered
      .filter(({ why_not, deployment }) => why_not.length > 0 && estate.deployments[deployment]?.seller !== seller)
      .toSorted((one, other) => one.why_not.length - other.why_not.length)[0];
    lines.push({
      text: `${each.workload}: ${Math.round((1 - each.covered) * 100)} % of its peak has no place`,
      why:
        nearest === undefined
          ? 'no other seller is known'
          : `nearest is ${nearest.deployment}: ${nearest.why_not.join('; ')}`,
      source: PLAYED,
    });
  }
  for (const { deployment } of each.served_by)
    for (const unsure of each.considered.find((one) => one.deployment === deployment)?.unsure ?? [])
      lines.push({ text: `${each.workload} on ${deployment}: try it under load`, why: unsure, source: ESTATE });
  const { score, parts } = portability(estate, each.workload);
  const weakest = parts.toSorted((a, b) => a.points / a.of - b.points / b.of)[0];
  if (weakest !== undefined && weakest.points < weakest.of)
    lines.push({
      text: `${each.workload}: portability ${Math.round(score)} of 100, weakest in ${weakest.name}`,
      why: weakest.why,
      source: 'planner: portability score',
    });
  return lines;
}

/** For a report. */
export function exitDocument(plan: ExitPlan): PlanDocument {
  const { title, as_of } = plan;
  const sections = sectionsOf(plan).map((each) => ({
    title: each.title,
    lines: each.lines.map((line) => ({ ...line })),
  }));
  return { id: 'exit', title, as_of, sections, text: exitPlanMarkdown(plan) };
}

const sectionsOf = ({ sections, open }: ExitPlan): readonly ExitSection[] =>
  open.length === 0 ? sections : [...sections, { title: 'Open', lines: open }];

/** As Markdown. Names come from files of others: what would mark up is written as it stands. */
export function exitPlanMarkdown(plan: ExitPlan): string {
  const { title, as_of } = plan;
  const part = ({ title: name, lines }: ExitSection): string[] => [
    `## ${plain(name)}`,
    '',
    ...lines.map(({ text, why, source }) => `- ${plain(text)}. Why: ${plain(why)}. Source: ${plain(source)}.`),
    '',
  ];
  return [
    `# ${plain(title)}`,
    '',
    `As of ${plain(as_of)}. What the planner played through is simulated: it shows what follows from the estate as it is written down.`,
    '',
    ...sectionsOf(plan).flatMap(part),
  ].join('\n');
}

const plain = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_{}[\]<>#|~]/g, (mark) => `\\${mark}`)
    .trim();
