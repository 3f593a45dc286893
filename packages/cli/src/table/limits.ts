// Rows: where the limits stand, and what was told.
import type { Command, JsonSchema } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const decimal: JsonSchema = { type: 'string', description: 'exact decimal: dollars for money, else a count' };
const moment: JsonSchema = { type: ['integer', 'null'], description: 'UTC milliseconds' };

const ROW: JsonSchema = {
  type: 'object',
  required: ['id', 'measure', 'amount', 'kind', 'alert_at', 'window', 'turns_at', 'per', 'where', 'counters', 'more'],
  properties: {
    id: string,
    measure: string,
    amount: decimal,
    kind: { enum: ['hard', 'soft'] },
    alert_at: { type: 'array', items: { type: 'integer' }, description: 'per cent at which it is told of' },
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
          forecast: {
            type: ['object', 'null'],
            description: 'when it runs out at this pace; null: full, or too little was seen',
            properties: {
              basis: { enum: ['recent', 'window'] },
              over_ms: { type: 'integer' },
              per_hour: decimal,
              runs_out: moment,
            },
          },
          alerted: {
            type: ['array', 'null'],
            description: 'per cent told of in this window; null: nobody runs who knows',
          },
          room_at: { ...moment, description: 'while nothing is left: when there is room again' },
        },
      },
    },
    more: { type: 'integer', description: 'members that hold something and are not shown' },
  },
};

export const LIMITS_COMMANDS: readonly Command[] = [
  {
    name: 'limits',
    group: 'watch',
    summary: 'show where the limits stand: what is used, held and left, the fullest first, and when it runs out',
    more: 'It reads the counters by which the running instance admits calls. Where none runs it counts what the log has sealed, by the configuration that was in force last. Of each limit the twenty fullest members are shown and the others counted; of one that is named (`limits support-month --skip 50`) all, page by page. A forecast goes on with the pace of late, and says of how long. What limits are: docs/limits.md.',
    examples: [
      { line: 'limits', says: 'for a person' },
      { line: 'limits --json', says: 'for a program' },
    ],
    arguments: [{ name: 'LIMIT', summary: 'one limit, with its members page by page', required: false }],
    options: [
      { name: 'skip', type: 'string', value: 'N', summary: 'leave out so many of the fullest members' },
      { name: 'limit', type: 'string', value: 'N', summary: 'members of one page (default 50, at most 200)' },
    ],
    output: {
      schema: {
        type: 'object',
        required: ['at', 'source', 'simulated', 'currency'],
        properties: {
          at: { type: 'integer', description: 'UTC milliseconds' },
          source: { enum: ['running', 'log'], description: 'log: nobody runs; counted from what is sealed' },
          simulated: { type: 'boolean' },
          currency: string,
          row: { ...ROW, description: 'where one limit is named: with the members of this page' },
          members: { type: 'integer', description: 'of the limit that is named: how many hold something' },
          next: { type: ['integer', 'null'], description: 'what to skip for the next page' },
          rows: { type: 'array', items: ROW },
        },
      },
    },
    run: async () => (await import('../run/limits.ts')).run,
  },
  {
    name: 'alerts',
    group: 'watch',
    summary: 'list alerts, newest first, and the channels that carry them',
    more: 'Alerts are entries of the log: they are there whether or not a channel took them. Channels are shown while an instance runs. `alerts --test ops` sends a test alert by the channel of that name, once, and says whether it arrived: exit code 3 when it did not.',
    examples: [
      { line: 'alerts', says: 'the newest fifty' },
      { line: 'alerts --limit 5 --json', says: 'five, for a program' },
    ],
    arguments: [],
    options: [
      { name: 'limit', type: 'string', value: 'N', summary: 'how many (default 50, at most 500)' },
      { name: 'test', type: 'string', value: 'CHANNEL', summary: 'send a test alert by this channel instead' },
      { name: 'before', type: 'string', value: 'ENTRY', summary: 'only older ones: `next` of the page before' },
    ],
    output: {
      schema: {
        type: 'object',
        description: 'with --test: only delivered and problem',
        properties: {
          delivered: { type: 'boolean', description: 'of a test' },
          problem: { type: ['string', 'null'], description: 'of a test: why it did not arrive' },
          rows: {
            type: 'array',
            items: {
              type: 'object',
              required: ['entry', 'at', 'alert', 'about', 'message', 'limit'],
              properties: {
                entry: { type: 'integer' },
                at: { type: 'integer', description: 'UTC milliseconds' },
                alert: string,
                about: string,
                message: string,
                limit: {
                  type: ['object', 'null'],
                  description: 'of which limit how many per cent, and of whose counter',
                },
              },
            },
          },
          next: { type: ['integer', 'null'] },
          channels: {
            type: ['array', 'null'],
            description: 'null where no instance runs',
            items: {
              type: 'object',
              required: ['name', 'kind', 'state', 'delivered', 'dropped', 'waiting', 'problem'],
            },
          },
        },
      },
    },
    run: async () => (await import('../run/alerts.ts')).run,
  },
];
