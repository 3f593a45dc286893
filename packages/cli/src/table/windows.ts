// Rows: what happened while the scale itself failed.
import type { Command, JsonSchema } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const integer: JsonSchema = { type: 'integer' };
const about = (description: string): JsonSchema => ({ ...integer, description });
const WINDOW: Readonly<Record<string, JsonSchema>> = {
  bypass: string,
  opened: about('UTC milliseconds'),
  closed: { type: ['integer', 'null'], description: 'null: calls go through it now' },
  ended: { enum: ['sealing', 'restart', null], description: 'restart: a run ended in the middle of it' },
  owner: string,
  reason: string,
  calls: about('let through'),
  in_flight: integer,
  waiting: about('kept in memory, to be sealed'),
  sealed: about('sealed afterwards'),
  lost: about('without a receipt'),
  refused: integer,
  trouble: { type: ['string', 'null'] },
  reconciled: {
    type: ['object', 'null'],
    description: 'null: the tables cannot be asked; verdict: reconciled, differs, unknown, open',
  },
};
const window: JsonSchema = { type: 'object', required: Object.keys(WINDOW), properties: WINDOW };

export const WINDOW_COMMANDS: readonly Command[] = [
  {
    name: 'windows',
    group: 'watch',
    summary: "show when calls went through a bypass while the journal took no entries, beside the seller's records",
    more: "A route goes on without receipts only where its configuration names a bypass (`when_unsealed`). Every call of a window is sealed afterwards as a late receipt; what was lost is counted. Where sellers' records were imported, each window is set beside them: request by request where they name requests, else by sums. docs/fail-open.md says what holds in a window and what does not.",
    examples: [
      { line: 'windows', says: 'the newest twenty' },
      { line: 'windows --strict --json', says: 'for a scheduled check' },
    ],
    arguments: [{ name: 'WINDOW', summary: 'one of them, call by call: NAME@INSTANT', required: false }],
    options: [
      {
        name: 'strict',
        type: 'boolean',
        summary: 'end with 3 where a record differs, with 6 where none tells',
      },
    ],
    output: {
      schema: {
        anyOf: [
          {
            type: 'object',
            description: 'of the list',
            required: ['at', 'simulated', 'rows', 'more', 'notes'],
            properties: { rows: { type: 'array', items: window }, more: integer },
          },
          {
            type: 'object',
            description: 'of one window',
            required: ['at', 'simulated', 'window', 'calls', 'more_calls', 'unaccounted', 'more_unaccounted', 'notes'],
            properties: { window, calls: { type: 'array' }, unaccounted: { type: 'array' } },
          },
        ],
      },
    },
    run: async () => (await import('../run/windows.ts')).run,
  },
];
