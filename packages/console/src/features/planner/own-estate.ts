// The estate that this instance knows, opened as a plan of one's own: how far that is, in words, and what it stands on.
import type { OwnEstate } from '@weighbridge/protocol';
import type { ProblemText } from '../../parts/problem/model.ts';

export type EstateState =
  | { readonly state: 'ready' }
  | { readonly state: 'working' }
  | { readonly state: 'problem'; readonly problem: ProblemText }
  | { readonly state: 'done'; readonly value: OwnEstate };

export interface EstateText {
  readonly says: string;
  readonly problem: ProblemText | null;
  /** What the instance does not know. */
  readonly unknown: readonly string[];
}

/** Under which the tab keeps the file. */
export const ESTATE_FILE = 'own-estate.yaml';

const ESTATE_KNOWS = 'Deployments, prices and what crossed in thirty days, as a plan of exposure in this tab.';

export function estateText(asked: EstateState): EstateText {
  switch (asked.state) {
    case 'ready':
      return { says: ESTATE_KNOWS, problem: null, unknown: [] };
    case 'working':
      return { says: 'It is written down.', problem: null, unknown: [] };
    case 'problem':
      return { says: '', problem: awayOf(asked.problem), unknown: [] };
    case 'done': {
      const { title, simulated, unknown } = asked.value;
      const stands = simulated ? ' It stands on simulated calls.' : '';
      return { says: `${title}.${stands}`, problem: null, unknown };
    }
  }
}

/** An estate without what crossed would mislead, so there is none while the tables are away. */
const awayOf = (problem: ProblemText): ProblemText =>
  problem.code === 'DATABASE_UNAVAILABLE'
    ? {
        ...problem,
        what: `The tables of this instance are away, and an estate in which nothing crossed would mislead: ${problem.what}`,
      }
    : problem;
