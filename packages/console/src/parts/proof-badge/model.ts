// What the badge beside a call says of its proof, and the steps behind it in words that a buyer and a seller both read
// the same way. Only `broken` accuses; "cannot tell" and "not checked" are states of their own.
import type { ProofReport, Step, StepName, StepState, Verdict } from '../../proof/verify.ts';

export type ProofState =
  | { readonly state: 'unchecked' }
  | { readonly state: 'checking'; readonly steps: readonly Step[] }
  | { readonly state: 'done'; readonly report: ProofReport };

export interface ProofStepText {
  readonly title: string;
  readonly detail: string;
  readonly state: StepState | 'waiting';
}
export interface ProofText {
  readonly word: string;
  readonly tone: 'quiet' | 'good' | 'bad' | 'warn';
  readonly sentence: string;
  readonly steps: readonly ProofStepText[];
}

const TITLES: Readonly<Record<StepName, string>> = {
  signature: 'The log signed its state',
  leaf: 'The entry is in the log',
  groups: 'What is shown is what was sealed',
  inclusion: 'The entry leads to the signed root',
  tiles: "The log's files agree with each other",
  history: 'The log is the one seen before',
};
const ORDER = Object.keys(TITLES) as readonly StepName[];

const WORDS: Readonly<Record<Verdict, readonly [word: string, tone: ProofText['tone'], sentence: string]>> = {
  proven: [
    'Proven',
    'good',
    'This entry was in the log when the checkpoint was signed, and has not been changed since.',
  ],
  broken: ['Broken', 'bad', 'The evidence does not hold. The step marked below says which part of it and why.'],
  cannot: ['Cannot tell', 'warn', 'The check could not be finished. That says nothing against the entry.'],
};

export function prepareProof(proof: ProofState): ProofText {
  if (proof.state === 'unchecked')
    return { word: 'Not checked', tone: 'quiet', sentence: 'Nothing was checked in this browser yet.', steps: [] };
  if (proof.state === 'checking')
    return {
      word: 'Checking',
      tone: 'quiet',
      sentence: 'The log is read and hashed in this browser.',
      steps: stepsOf(proof.steps, true),
    };
  const [word, tone, sentence] = WORDS[proof.report.verdict];
  return { word, tone, sentence, steps: stepsOf(proof.report.steps, false) };
}

const sentence = (text: string): string => {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
};

/** Steps done, in order; while it runs also those to come, so that nothing jumps. */
function stepsOf(done: readonly Step[], running: boolean): ProofStepText[] {
  const steps: ProofStepText[] = done.map(({ name, state, detail }) => ({
    title: TITLES[name],
    detail: sentence(detail),
    state,
  }));
  if (!running) return steps;
  const names = new Set(done.map(({ name }) => name));
  return [
    ...steps,
    ...ORDER.filter((name) => !names.has(name)).map((name) => ({
      title: TITLES[name],
      detail: '',
      state: 'waiting' as const,
    })),
  ];
}
