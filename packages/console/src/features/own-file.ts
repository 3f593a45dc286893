// A file of somebody's own that is brought to a page: read by the instance, run by it, and kept nowhere but in this tab.
import type { FileProblem } from '@weighbridge/protocol';
import { prepareCount } from '../parts/count/model.ts';
import type { ProblemText } from '../parts/problem/model.ts';
import { faultText, type FaultText } from './fault.ts';

export interface OwnFile {
  readonly name: string;
  readonly text: string;
}

/** What the instance says of a file; `reading` is null where an error stops it. */
export interface Checked {
  readonly problems: readonly FileProblem[];
  readonly reading: object | null;
}

/** How far a file that was dropped is. */
export type OwnState<Said extends Checked> =
  | { readonly state: 'none' }
  | { readonly state: 'refused'; readonly says: string }
  | { readonly state: 'reading'; readonly file: OwnFile }
  | { readonly state: 'failed'; readonly file: OwnFile; readonly problem: ProblemText }
  | { readonly state: 'read'; readonly file: OwnFile; readonly checked: Said };

export interface OwnText {
  /** Beside the place to drop it. */
  readonly says: string;
  readonly tone: 'quiet' | 'bad';
  readonly faults: readonly FaultText[];
}

/** `describe`: a sound file in words. */
export function ownFileText<Said extends Checked>(
  own: OwnState<Said>,
  describe: (reading: NonNullable<Said['reading']>) => string,
): OwnText {
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
    case 'read': {
      const { problems, reading } = own.checked;
      const faults = problems.map(faultText);
      if (reading !== null) return told(`${own.file.name}: ${describe(reading)}`, 'quiet', faults);
      const errors = faults.filter(({ severity }) => severity === 'error').length;
      const what = errors === 1 ? 'one thing is' : `${prepareCount(errors).text} things are`;
      return told(`${own.file.name} is not run: ${what} to be mended.`, 'bad', faults);
    }
  }
}

/** How large a file may be, and which command reads a larger one. */
export interface OwnBounds {
  readonly most: number;
  readonly command: string;
}

/** Empty where it can be read; a letter takes up to four bytes. */
export const ownProblem = (
  { name, size }: { readonly name: string; readonly size: number },
  { most, command }: OwnBounds,
): string => (size <= 4 * most ? '' : `${name} is too large to be posted: the command line reads it, with ${command}.`);

export const tooLong = ({ name, text }: OwnFile, { most, command }: OwnBounds): string =>
  text.length <= most
    ? ''
    : `${name} has ${prepareCount(text.length).text} characters, and ${prepareCount(most).text} can be posted: the command line reads it, with ${command}.`;

/** An address that speaks of a file which this tab does not have. `what`: `a scenario`. */
export const elsewhere = (what: string): ProblemText => ({
  code: 'FILE_ELSEWHERE',
  what: `This address runs ${what} file of somebody’s own, and the file is not in this tab.`,
  next: `drop the file here, or choose ${what} that ships`,
  requestId: null,
  retryable: false,
});

/** In a command: what can be typed as it is. */
export const typedName = (name: string): string => (/^[\w./-]+$/.test(name) ? name : 'FILE');

/** In a command: a word of it, in quotes where the shell would part or change it. */
export const typedWord = (word: string): string =>
  /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
