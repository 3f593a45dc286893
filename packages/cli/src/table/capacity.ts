// Row: what was bought ahead, and how much of it is used.
import type { Command, JsonSchema } from '../frame/command.ts';

const number: JsonSchema = { type: 'number' };
const whole: JsonSchema = { type: 'integer' };

export const CAPACITY_COMMANDS: readonly Command[] = [
  {
    name: 'capacity',
    group: 'watch',
    summary:
      'show reserved capacity: how full it is, what was used by minute, what spilled, and what its idle part costs',
    more: 'It reads the memory by which the running instance admits calls, at most three hours back. What an idle part costs follows from the contract whose `capacity` names the deployment; where none does, it says that nobody knows. Where no instance runs nothing is counted. What is counted how: docs/capacity.md.',
    examples: [
      { line: 'capacity', says: 'for a person' },
      { line: 'capacity --json', says: 'for a program, with every minute' },
    ],
    arguments: [],
    options: [],
    output: {
      schema: {
        type: 'object',
        required: ['at', 'source', 'simulated', 'rows'],
        properties: {
          at: { type: 'integer', description: 'UTC milliseconds' },
          source: { enum: ['running', 'none'], description: 'none: nobody runs, and nothing is counted' },
          simulated: { type: 'boolean' },
          rows: {
            type: 'array',
            items: {
              type: 'object',
              required: [
                'deployment',
                'kind',
                'full',
                'used',
                'idle',
                'spilled',
                'refused',
                'minutes',
                'cost',
                'unknown',
              ],
              properties: {
                deployment: { type: 'string' },
                kind: { enum: ['ptu', 'gsu', 'tpm', 'priority', 'slots'] },
                full: { ...number, description: 'now, by our count; 1 is all of it' },
                used: { type: ['number', 'null'], description: 'share of the whole minutes that are counted' },
                idle: { type: ['number', 'null'] },
                spilled: { ...whole, description: 'calls that it had no room for, served on demand' },
                refused: { ...whole, description: "calls that met the seller's 429" },
                minutes: { type: 'array', items: { type: 'object' } },
                cost: { type: ['object', 'null'], description: 'by the contract that names the deployment' },
                unknown: { type: ['string', 'null'], description: 'why nobody can say what it costs' },
              },
            },
          },
        },
      },
    },
    run: async () => (await import('../run/capacity.ts')).run,
  },
];
