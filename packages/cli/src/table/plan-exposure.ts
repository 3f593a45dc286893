// Rows: what hangs on whom, and a way out. What is played through is simulated, and says so.
import type { Command, JsonSchema } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const number: JsonSchema = { type: 'number' };
const object = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});
const list = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'array',
  items: object(properties),
});
const strings: JsonSchema = { type: 'array', items: string };
const ends: JsonSchema = { anyOf: [{ type: 'null' }, object({ low: number, high: number })] };
const lines = list({ text: string, why: string, source: string });

const EXPOSURE = object({
  simulated: { const: true },
  plan: string,
  title: string,
  as_of: string,
  currency: string,
  concentration: list({
    axis: string,
    measure: string,
    shares: list({ key: string, amount: number, share: number }),
    unplaced: number,
    unmeasured: number,
    hhi: { ...ends, description: 'null: nothing was measured, or nothing could be placed' },
    effective: ends,
  }),
  shocks: list({
    name: string,
    shock: string,
    cost_before: number,
    cost_after: number,
    uncovered_criticality: number,
    longest_days_without: number,
    workloads: list({
      workload: string,
      outcome: { enum: ['unaffected', 'dearer', 'substituted', 'partly', 'fails'] },
      because: strings,
      served_by: list({ deployment: string, share: number }),
      covered: number,
      considered: list({ deployment: string, why_not: strings }),
    }),
  }),
  portability: list({
    workload: string,
    score: number,
    parts: list({ name: string, points: number, of: number, why: string }),
  }),
});

const EXIT = object({
  simulated: { const: true },
  exit: object({ title: string, seller: string, as_of: string, sections: list({ title: string, lines }), open: lines }),
  markdown: string,
});

export const PLAN_EXPOSURE_COMMANDS: readonly Command[] = [
  {
    name: 'plan exposure',
    group: 'plan',
    summary: 'how much hangs on few, what happens if something gives way, and what leaving a seller takes (simulated)',
    more: 'A plan holds deployments, workloads with their routes, proofs that one model does for another, whose entity is whose, shocks, and what contracts say of leaving. Printed are HHI and the number of equal holders along seven axes, each shock played through workload by workload, and how easily each could go elsewhere. `--exit SELLER` writes the exit plan as Markdown; `--example` prints the plan that ships, to be saved and changed. docs/planner-exposure.md says how it is computed.',
    examples: [
      { line: 'plan exposure', says: 'the plan that ships' },
      { line: 'plan exposure FILE --json', says: "a plan of one's own, for a program" },
      { line: 'plan exposure FILE --exit north', says: 'the exit plan of a seller, as Markdown' },
      { line: 'plan exposure --example', says: 'a plan to begin with' },
    ],
    arguments: [{ name: 'FILE', summary: 'a plan of exposure (default: the one that ships)', required: false }],
    options: [
      { name: 'exit', type: 'string', value: 'SELLER', summary: 'print the exit plan of this seller instead' },
      { name: 'example', type: 'boolean', summary: 'print the plan that ships instead of running one' },
    ],
    output: { schema: { anyOf: [EXPOSURE, EXIT, object({ name: string, text: string })] } },
    run: async () => (await import('../run/plan-exposure.ts')).run,
  },
  {
    name: 'plan estate',
    group: 'plan',
    summary: 'write the estate that your own instance knows as a plan of exposure, to be run and corrected',
    more: 'Deployments with their roles, regions, prices and features, routes with what crossed in thirty days and in the busiest minute, who is tied to whom by the register, signed contracts. Through the instance that runs, else from the log as it lies. What is not known (capacity, criticality, proofs) is not written, is told here, in the file under `unknown`, and with every answer made from it.',
    examples: [
      { line: 'plan estate', says: 'as YAML; write it to a file' },
      { line: 'plan estate --json', says: 'with what is not known, for a program' },
    ],
    arguments: [],
    options: [],
    output: {
      schema: object({ title: string, text: string, simulated: { type: 'boolean' }, unknown: strings }),
    },
    run: async () => (await import('../run/plan-estate.ts')).run,
  },
];
