// Rows: sellers' own records of what was used, and what of it crossed.
import { SOURCE_CHOICES } from '../read/name-choices.ts';
import type { Command, JsonSchema } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const integer: JsonSchema = { type: 'integer' };
const number: JsonSchema = { type: 'number' };
const share: JsonSchema = {
  type: ['string', 'null'],
  description: 'from 0 to 1, four places, cut; null: it cannot be told',
};
const SIDE: Readonly<Record<string, JsonSchema>> = {
  theirs: { ...number, description: 'what the seller says was used' },
  crossed: { ...number, description: 'of it' },
  uncovered: number,
  over: { ...number, description: 'crossed, and in no record' },
  share,
  low: share,
  high: share,
};
const ROWS: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['seller', 'name', 'unit', 'how', ...Object.keys(SIDE)],
    properties: {
      seller: string,
      name: { type: ['string', 'null'] },
      unit: { enum: ['tokens', 'requests'] },
      how: { enum: ['ids', 'sums', 'both'] },
      ...SIDE,
    },
  },
};
const IMPORTED: Readonly<Record<string, JsonSchema>> = {
  source: { enum: [...SOURCE_CHOICES] },
  title: string,
  seller: string,
  scope: string,
  importer: string,
  file: { type: 'object', required: ['name', 'bytes', 'sha256'] },
  rows: integer,
  unchanged: integer,
  superseded: integer,
};

export const OBSERVE_COMMANDS: readonly Command[] = [
  {
    name: 'observe',
    group: 'watch',
    summary: "import sellers' own records of what was used, also of what did not cross: observed, not weighed",
    more: 'The file is told apart by what is in it (JSON, JSON lines or CSV, packed with gzip or not); `--source` says it where that cannot be. A file that was imported, or that overlaps one, changes nothing of what stands so already, and says so; one that says otherwise takes its place, and both stay in the log. Users are named by a keyed digest. docs/coverage.md lists the records that can be read and how to get them.',
    examples: [
      { line: 'observe import USAGE', says: 'whose record it is is told by what is in it' },
      { line: 'observe import TABLE --source usage-table --seller reseller', says: 'a table of your own' },
      { line: 'observe list', says: 'what was imported, newest first' },
      { line: 'observe sources', says: 'the records that can be read' },
    ],
    arguments: [
      {
        name: 'ACTION',
        summary: 'import, list or sources',
        required: true,
        choices: ['import', 'list', 'sources'],
      },
      { name: 'FILE', summary: 'of import: the record', required: false },
    ],
    options: [
      {
        name: 'source',
        type: 'string',
        value: 'NAME',
        choices: SOURCE_CHOICES,
        summary: 'of import: what the file is (default: told by what is in it)',
      },
      { name: 'seller', type: 'string', value: 'NAME', summary: 'of import: who sold it, as `roles.seller` names it' },
      {
        name: 'scope',
        type: 'string',
        value: 'NAME',
        summary: 'of import: which account or organisation; two never replace each other (default: default)',
      },
      { name: 'from', type: 'string', value: 'TIME', summary: 'of import, for logs: since when it was kept' },
      { name: 'to', type: 'string', value: 'TIME', summary: 'of import, for logs: until when it was kept' },
    ],
    output: {
      schema: {
        anyOf: [
          {
            type: 'object',
            description: 'of import',
            required: ['import', 'changed', 'skipped', 'spans', ...Object.keys(IMPORTED)],
            properties: {
              import: { type: ['string', 'null'], description: 'null: nothing was written' },
              changed: { type: 'boolean' },
              skipped: { type: 'array' },
              spans: { type: 'array' },
              ...IMPORTED,
            },
          },
          {
            type: 'object',
            description: 'of list',
            required: ['rows', 'more'],
            properties: {
              rows: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['entry', 'import', 'at', 'by', ...Object.keys(IMPORTED), 'since', 'until'],
                },
              },
              more: integer,
            },
          },
          {
            type: 'object',
            description: 'of sources',
            required: ['sources'],
            properties: {
              sources: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['source', 'title', 'seller', 'known_by'],
                  properties: {
                    source: string,
                    title: string,
                    seller: { type: ['string', 'null'] },
                    known_by: { enum: ['buckets', 'rows'] },
                  },
                },
              },
            },
          },
        ],
      },
    },
    run: async () => (await import('../run/observe.ts')).run,
  },
  {
    name: 'coverage',
    group: 'watch',
    summary: 'show what crossed, of all that sellers say was used: by seller, model, team and day, with its gaps',
    more: "It sets sellers' imported records beside what crossed in the same hours: request by request where a record names requests, else day by day. What no record is about is told apart as unknown, never as covered. It asks the tables of the running instance. docs/coverage.md says how it is reckoned and how far it may be off.",
    examples: [
      { line: 'coverage', says: 'of the last 30 days' },
      { line: 'coverage --since 7d --json', says: 'for a program' },
      { line: 'coverage --least 0', says: 'end with 3 where less than this share crossed' },
    ],
    arguments: [],
    options: [
      { name: 'since', type: 'string', value: 'TIME', summary: 'from when (default: 30d)' },
      { name: 'until', type: 'string', value: 'TIME', summary: 'up to when (default: now)' },
      {
        name: 'least',
        type: 'string',
        value: 'SHARE',
        summary: 'from 0 to 1: end with 3 where less crossed, with 6 where it cannot be told',
      },
    ],
    output: {
      schema: {
        type: 'object',
        required: [
          'period',
          'simulated',
          'total',
          'sellers',
          'models',
          'teams',
          'days',
          'gaps',
          'exact',
          'unknown',
          'records',
          'users',
          'owners',
          'notes',
        ],
        properties: {
          total: { type: ['object', 'null'], required: Object.keys(SIDE), properties: SIDE },
          sellers: ROWS,
          models: ROWS,
          teams: ROWS,
          notes: { type: 'array', items: string },
        },
      },
    },
    run: async () => (await import('../run/coverage.ts')).run,
  },
];
