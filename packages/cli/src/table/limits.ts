// Row: where the limits stand.
import type { Command, JsonSchema } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const decimal: JsonSchema = { type: 'string', description: 'exact decimal: dollars for money, else a count' };
const moment: JsonSchema = { type: ['integer', 'null'], description: 'UTC milliseconds' };

export const LIMITS_COMMANDS: readonly Command[] = [
  {
    name: 'limits',
    group: 'watch',
    summary: 'show where the limits stand: what is used, held for calls in flight and left, the fullest first',
    more: 'It reads the counters by which the running instance admits calls. Where none runs it counts what the log has sealed, by the configuration that was in force last. Of each limit the twenty fullest members are shown; the others are counted. What limits are: docs/limits.md.',
    examples: [
      { line: 'limits', says: 'for a person' },
      { line: 'limits --json', says: 'for a program' },
    ],
    arguments: [],
    options: [],
    output: {
      schema: {
        type: 'object',
        required: ['at', 'source', 'simulated', 'currency', 'rows'],
        properties: {
          at: { type: 'integer', description: 'UTC milliseconds' },
          source: { enum: ['running', 'log'], description: 'log: nobody runs; counted from what is sealed' },
          simulated: { type: 'boolean' },
          currency: string,
          rows: {
            type: 'array',
            items: {
              type: 'object',
              required: ['id', 'measure', 'amount', 'window', 'turns_at', 'per', 'where', 'counters', 'more'],
              properties: {
                id: string,
                measure: string,
                amount: decimal,
                window: { type: ['object', 'null'] },
                turns_at: moment,
                per: { type: 'array', items: string },
                where: { type: 'object' },
                real_only: { type: 'boolean', description: 'calls at simulated deployments do not count' },
                counters: {
                  type: 'array',
                  items: {
                    type: 'object',
                    required: ['of', 'names', 'used', 'held', 'left', 'room_at'],
                    properties: {
                      of: { enum: ['all', 'shared', 'member'] },
                      names: { type: 'array', items: string, description: 'in the order of `per`' },
                      used: decimal,
                      held: { ...decimal, description: 'of `used`: for calls in flight, at their most' },
                      left: decimal,
                      room_at: { ...moment, description: 'while nothing is left: when there is room again' },
                    },
                  },
                },
                more: { type: 'integer', description: 'members that hold something and are not shown' },
              },
            },
          },
        },
      },
    },
    run: async () => (await import('../run/limits.ts')).run,
  },
];
