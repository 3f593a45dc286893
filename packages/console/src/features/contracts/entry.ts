// A contract that is being entered, prepared: what is wrong with its text and where, what it would oblige to, and what entering it
// would do to the log. Nothing of it is kept until it is entered.
import { CONTRACT_TEXT_MOST, type CheckedContract } from '@weighbridge/protocol';
import type { ProblemText } from '../../parts/problem/model.ts';
import { formatInstant } from '../../parts/when/model.ts';
import { prepareCount } from '../../parts/count/model.ts';
import { faultText, sentence, type FaultText } from '../fault.ts';
import { counted } from './words.ts';

const TEXT_MOST = CONTRACT_TEXT_MOST;

export type EntryText =
  | { readonly state: 'empty' }
  | { readonly state: 'waiting' }
  | { readonly state: 'refused'; readonly problem: ProblemText }
  | { readonly state: 'unsound'; readonly summary: string; readonly faults: readonly FaultText[] }
  | {
      readonly state: 'sound';
      readonly summary: string;
      /** Warnings. */
      readonly faults: readonly FaultText[];
      readonly enter: string;
      /** Into which log it goes, and what it takes the place of there. */
      readonly into: string;
      /** Digest of the version that was seen; null: none stands. */
      readonly follows: string | null;
    };

interface Checking {
  readonly text: string;
  /** The answer to this very text; null while it is on its way. */
  readonly checked: CheckedContract | null;
  readonly problem: ProblemText | null;
}

export function entryText({ text, checked, problem }: Checking): EntryText {
  if (text.trim() === '') return { state: 'empty' };
  if (text.length > TEXT_MOST)
    return {
      state: 'unsound',
      summary: 'It is too long to be entered.',
      faults: [
        {
          key: 'long',
          line: 0,
          column: 1,
          where: 'the whole file',
          what: `It has ${prepareCount(text.length).text} characters, and ${prepareCount(TEXT_MOST).text} can be entered.`,
          mend: 'leave out what the product does not read, such as long wordings',
          severity: 'error',
        },
      ],
    };
  if (problem !== null) return { state: 'refused', problem };
  if (checked === null) return { state: 'waiting' };
  const faults = checked.problems.map(faultText);
  const { reading, replaces, into } = checked;
  if (reading === null) {
    const errors = faults.filter(({ severity }) => severity === 'error').length;
    return {
      state: 'unsound',
      summary: `It cannot be entered yet: ${counted(errors, 'thing is', 'things are')} to be mended.`,
      faults,
    };
  }
  return {
    state: 'sound',
    summary: faults.length === 0 ? 'It is sound.' : `It is sound, with ${counted(faults.length, 'thing')} to look at.`,
    faults,
    enter: replaces === null ? 'Enter this contract' : 'Enter as the new version',
    into:
      replaces === null
        ? `It is kept in ${logText(into)}, with who entered it and when.`
        : `It goes into ${logText(into)}, and takes the place of ${reading.id} as entered ${formatInstant(replaces.entered)}, which stays in the log.`,
    follows: replaces?.digest ?? null,
  };
}

/** What is entered in a simulated log is nobody's deal. */
const logText = ({ log, origin }: CheckedContract['into']): string =>
  `the ${log} log${log === 'live' ? '' : ', which is simulated'} (${origin})`;

/** Where the cursor goes for a fault: its place in the text, and the end of its line. */
export function placeOf(
  text: string,
  { line, column }: Pick<FaultText, 'line' | 'column'>,
): {
  readonly start: number;
  readonly end: number;
} {
  const lines = text.split('\n');
  const at = Math.min(Math.max(line, 1), lines.length) - 1;
  const before = lines.slice(0, at).reduce((sum, one) => sum + one.length + 1, 0);
  const length = lines[at]?.length ?? 0;
  return { start: before + Math.min(column - 1, length), end: before + length };
}

/** How far the text is scrolled so that a fault stands in view, with what is around it: in lines and in characters. */
export const viewOf = ({
  line,
  column,
}: Pick<FaultText, 'line' | 'column'>): { readonly lines: number; readonly columns: number } => ({
  lines: Math.max(0, line - 4),
  columns: column > 40 ? column - 20 : 0,
});

export interface GutterLine {
  readonly line: number;
  readonly tone: 'quiet' | 'bad' | 'warn';
}

/** One number per line of the text, those with a fault marked. */
export function gutterOf(text: string, faults: readonly FaultText[]): readonly GutterLine[] {
  const marked = new Map<number, 'bad' | 'warn'>();
  for (const { line, severity } of faults)
    if (severity === 'error' || !marked.has(line)) marked.set(line, severity === 'error' ? 'bad' : 'warn');
  return text.split('\n').map((_, index) => ({ line: index + 1, tone: marked.get(index + 1) ?? 'quiet' }));
}

export interface EnterProblem {
  readonly problem: ProblemText;
  /** Whether what stands has changed since it was seen: it has to be looked at again. */
  readonly again: boolean;
}

/** A version that came in between is not written over: it is looked at, and the choice made anew. */
export const enterProblem = (problem: ProblemText): EnterProblem =>
  problem.code === 'CONTRACT_CHANGED'
    ? {
        problem: {
          ...problem,
          what: `${sentence(problem.what)} Nothing was written: somebody else entered it while you wrote.`,
          next: 'look at what stands now; then enter yours again if it is to take its place',
        },
        again: true,
      }
    : { problem, again: false };

/** Empty where it can be read; a letter takes up to four bytes. */
export const fileProblem = ({ name, size }: { readonly name: string; readonly size: number }): string =>
  size <= 4 * TEXT_MOST
    ? ''
    : `${name} is too large to be a contract: choose a file of at most ${prepareCount(TEXT_MOST).text} characters.`;
