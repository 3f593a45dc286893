// The bridge to HiGHS, a solver of linear and mixed-integer programs compiled to WebAssembly: a program written down with names of our
// own, solved in one thread without a clock, so that the same program has the same answer. Whoever plans loads it first and hands it in,
// so that a plan is run without waiting.
import { invariant } from '@weighbridge/kernel';
import type { Highs } from 'highs';
import { refuse } from '../numbers/refuse.ts';

export interface Term {
  readonly of: string;
  readonly times: number;
}

export interface Row {
  readonly terms: readonly Term[];
  readonly is: '<=' | '>=' | '=';
  readonly than: number;
}

/** To be minimised. Every variable is zero or more. */
export interface Program {
  readonly cost: readonly Term[];
  readonly rows: readonly Row[];
  readonly whole: readonly string[];
  readonly binary: readonly string[];
}

export interface Solution {
  readonly cost: number;
  readonly of: (name: string) => number;
}

/** What its module gives; its types say so only of the form that Node does not load here. */
interface HighsModule {
  readonly default: () => Promise<Highs>;
}

const VARIABLES_MOST = 50_000;
/** Relative: nobody knows a demand or a price to the ten-thousandth part, and what is left of the search would take most of the time. */
const GAP = 1e-4;
const NODES_MOST = 200_000;

/** Throws PLAN_INVALID for a program too large. Ours have always an answer: on demand carries everything. */
export type Solver = (program: Program) => Solution;

let loaded: Promise<Solver> | undefined;

/** Once for all who ask: it takes some 50 ms, and nothing that is solved with it waits again. */
export const loadSolver = (): Promise<Solver> =>
  (loaded ??= import('highs')
    .then((module: unknown) => (module as HighsModule).default())
    .then((highs) => (program) => solveWith(highs, program)));

function solveWith(solver: Highs, program: Program): Solution {
  const names = [...new Set([...program.cost, ...program.rows.flatMap(({ terms }) => terms)].map(({ of }) => of))];
  if (names.length > VARIABLES_MOST)
    refuse(
      `the plan has ${names.length} quantities to decide, and ${VARIABLES_MOST} are the most`,
      'give it fewer periods, blocks, workloads or offers',
    );
  const answer = solver.solve(textOf(program), {
    output_flag: false,
    mip_rel_gap: GAP,
    mip_max_nodes: NODES_MOST,
    threads: 1,
    random_seed: 1,
  });
  if (answer.Status !== 'Optimal')
    refuse(
      `no best mix was found: the solver ended with "${answer.Status}"`,
      'give the plan fewer periods, blocks or offers, or sizes that are closer to one another',
    );
  const held = new Map(Object.entries(answer.Columns).map(([name, column]) => [name, primalOf(column)]));
  return { cost: answer.ObjectiveValue, of: (name) => held.get(name) ?? 0 };
}

function primalOf(column: unknown): number {
  const primal = (column as { readonly Primal?: unknown }).Primal;
  invariant(typeof primal === 'number', 'a solved column has a value');
  return primal;
}

const LINE_MOST = 8;

/** CPLEX's LP format, whose names ours already are. A term without a coefficient would be an error there, so every one is written. */
function textOf({ cost, rows, whole, binary }: Program): string {
  const sum = (terms: readonly Term[]): string => {
    const parts = terms.map(({ of, times }) => `${times < 0 ? '-' : '+'} ${Math.abs(times)} ${of}`);
    const lines: string[] = [];
    for (let at = 0; at < parts.length; at += LINE_MOST) lines.push(parts.slice(at, at + LINE_MOST).join(' '));
    return lines.join('\n  ');
  };
  return [
    'Minimize',
    ` cost: ${sum(cost)}`,
    'Subject To',
    ...rows.map(({ terms, is, than }, at) => ` c${at}: ${sum(terms)} ${is} ${than}`),
    ...(binary.length > 0 ? ['Binary', ` ${binary.join('\n ')}`] : []),
    ...(whole.length > 0 ? ['General', ` ${whole.join('\n ')}`] : []),
    'End',
    '',
  ].join('\n');
}
