// A scenario of one's own, brought as a file: read by the instance, run by it, and kept nowhere but in this tab.
import { SCENARIO_TEXT_MOST, type CheckedScenario } from '@weighbridge/protocol';
import { prepareCount } from '../../parts/count/model.ts';
import type { ProblemText } from '../../parts/problem/model.ts';
import { faultText, type FaultText } from '../fault.ts';
import { tagsText } from './model.ts';

export interface OwnFile {
  readonly name: string;
  readonly text: string;
}

/** How far a file that was dropped is. */
export type OwnState =
  | { readonly state: 'none' }
  | { readonly state: 'refused'; readonly says: string }
  | { readonly state: 'reading'; readonly file: OwnFile }
  | { readonly state: 'failed'; readonly file: OwnFile; readonly problem: ProblemText }
  | { readonly state: 'read'; readonly file: OwnFile; readonly checked: CheckedScenario };

export interface OwnText {
  /** Beside the place to drop it. */
  readonly says: string;
  readonly tone: 'quiet' | 'bad';
  readonly faults: readonly FaultText[];
}

export function ownText(own: OwnState): OwnText {
  const told = (says: string, tone: OwnText['tone'] = 'quiet', faults: readonly FaultText[] = []): OwnText => ({
    says,
    tone,
    faults,
  });
  switch (own.state) {
    case 'none':
      return told('It is run by this instance, and stays in this tab.');
    case 'refused':
      return told(own.says, 'bad');
    case 'reading':
      return told(`${own.file.name} is read.`);
    case 'failed':
      return told(`${own.file.name} could not be read: ${own.problem.what}`, 'bad');
    case 'read':
      return readText(own.file, own.checked);
  }
}

function readText({ name }: OwnFile, { problems, reading }: CheckedScenario): OwnText {
  const faults = problems.map(faultText);
  if (reading === null) {
    const errors = faults.filter(({ severity }) => severity === 'error').length;
    const what = errors === 1 ? 'one thing is' : `${prepareCount(errors).text} things are`;
    return { says: `${name} is not run: ${what} to be mended.`, tone: 'bad', faults };
  }
  const { title, months, tags, sample } = reading;
  const seeds = sample === null ? '' : ` It seeds a sample organisation too.`;
  return {
    says: `${name}: ${title}. ${prepareCount(months).text} months, ${tagsText(tags)}.${seeds}`,
    tone: 'quiet',
    faults,
  };
}

/** Empty where it can be read; a letter takes up to four bytes. */
export const ownProblem = ({ name, size }: { readonly name: string; readonly size: number }): string =>
  size <= 4 * SCENARIO_TEXT_MOST
    ? ''
    : `${name} is too large to be posted: the command line reads it, with deal scenario run.`;

export const tooLong = ({ name, text }: OwnFile): string =>
  text.length <= SCENARIO_TEXT_MOST
    ? ''
    : `${name} has ${prepareCount(text.length).text} characters, and ${prepareCount(SCENARIO_TEXT_MOST).text} can be posted: the command line reads it, with deal scenario run.`;

/** An address that speaks of a file which this tab does not have. */
export const ELSEWHERE: ProblemText = {
  code: 'FILE_ELSEWHERE',
  what: 'This address runs a scenario file of somebody’s own, and the file is not in this tab.',
  next: 'drop the file here, or choose a scenario that comes with Weighbridge',
  requestId: null,
  retryable: false,
};
