// Rows: the sample organisation.
import type { Command, JsonSchema } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };

export const SAMPLE_COMMANDS: readonly Command[] = [
  {
    name: 'sample make',
    group: 'lab',
    summary: 'make the sample organisation anew: a month of invented calls that ends now, in a log of its own',
    more: '14 teams, 5 sellers, about 200,000 calls, some of which are worth finding: docs/sample.md. Commands look at it with --log sample; it is never mixed with other calls. One that is there is removed first. `up` makes it by itself where nothing real is configured, and shows it in the console; a running `up` does what is asked here.',
    examples: [{ line: 'sample make --calls 2000', says: 'a small one, in a moment; without --calls the whole month' }],
    arguments: [],
    options: [
      { name: 'calls', type: 'string', value: 'N', summary: 'about so many calls (default 200000)' },
      {
        name: 'scenario',
        type: 'string',
        value: 'NAME',
        summary:
          'whose contracts, claims and playbook it has: alliance (default), mid-size or a file; an instance that runs has its own',
      },
    ],
    output: {
      schema: {
        type: 'object',
        required: ['made', 'simulated', 'entries', 'end', 'journal'],
        properties: {
          made: { type: 'boolean' },
          simulated: { const: true },
          entries: { type: 'integer' },
          end: { type: 'integer', description: 'UTC milliseconds' },
          journal: string,
        },
      },
    },
    run: async () => (await import('../run/sample.ts')).make,
  },
  {
    name: 'sample remove',
    group: 'lab',
    summary: 'remove the sample organisation: its log, its keys, its tables, without a trace',
    more: 'Only what the product made as its sample is ever removed. Starts make none after that, until `sample make` does. `up --no-sample` removes it too, for that start.',
    examples: [{ line: 'sample remove', says: 'and nothing else' }],
    arguments: [],
    options: [],
    output: { schema: { type: 'object', required: ['removed'], properties: { removed: { type: 'boolean' } } } },
    run: async () => (await import('../run/sample.ts')).remove,
  },
];
