// Rows: what the caches of routes hold and have saved, and the way to make them forget it.
import type { Command, JsonSchema } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const integer: JsonSchema = { type: 'integer' };
const about = (description: string): JsonSchema => ({ ...integer, description });

export const CACHE_COMMANDS: readonly Command[] = [
  {
    name: 'cache show',
    group: 'watch',
    summary: 'show what the caches of routes hold, how often they answered, and what was not bought for it',
    more: 'It asks the running instance: answers are kept in memory only, and these counts end with it. What each call avoided stands in its receipt for good. What a cache shares, and with whom: docs/caching.md.',
    examples: [
      { line: 'cache show', says: 'for a person' },
      { line: 'cache show --json', says: 'for a program' },
    ],
    arguments: [],
    options: [],
    output: {
      schema: {
        type: 'object',
        required: ['at', 'since', 'simulated', 'rows'],
        properties: {
          at: about('UTC milliseconds'),
          since: about('UTC milliseconds: what is counted, is counted from here'),
          simulated: { type: 'boolean' },
          rows: {
            type: 'array',
            items: {
              type: 'object',
              required: ['route', 'entries', 'bytes', 'max_bytes', 'hits', 'joined', 'misses', 'bypassed', 'avoided'],
              properties: {
                route: string,
                entries: integer,
                bytes: integer,
                max_bytes: integer,
                hits: about('calls answered from the cache'),
                joined: about('calls that got the answer of an identical one under way'),
                misses: integer,
                bypassed: about('calls whose callers wanted no answer from the cache'),
                kept: integer,
                evicted: about('answers that made room before their time'),
                avoided: {
                  type: 'object',
                  description: 'list price of what was not bought, by currency, as decimals; never billed',
                },
                unpriced: about('hits whose price is not known: not in `avoided`'),
              },
            },
          },
        },
      },
    },
    run: async () => (await import('../run/cache.ts')).show,
  },
  {
    name: 'cache purge',
    group: 'watch',
    summary: 'forget kept answers: of a route, of a team, or all of them',
    more: 'Calls under way go on, and their answers are not kept. An erasure (`erase SUBJECT`) forgets all of them by itself.',
    examples: [
      { line: 'cache purge', says: 'all of them' },
      { line: 'cache purge --route gpt-4.1 --team search', says: 'those of one team on one route' },
    ],
    arguments: [],
    options: [
      { name: 'route', type: 'string', value: 'NAME', summary: 'only answers of this route' },
      { name: 'team', type: 'string', value: 'NAME', summary: 'only answers that this team asked for' },
    ],
    output: {
      schema: {
        type: 'object',
        required: ['entries', 'bytes'],
        properties: { entries: integer, bytes: integer },
      },
    },
    run: async () => (await import('../run/cache.ts')).purge,
  },
];
