// Row: the register, and the organisation's own part of it as a file.
import type { Command, JsonSchema } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const orNull: JsonSchema = { type: ['string', 'null'] };
const integer: JsonSchema = { type: 'integer' };
const COUNTS: Readonly<Record<string, JsonSchema>> = {
  title: string,
  parties: integer,
  links: integer,
  watch: integer,
  steps: integer,
  duties: integer,
  claims: integer,
};
const CHANGES: JsonSchema = {
  type: ['array', 'null'],
  description: 'null: what stands can no longer be read',
  items: {
    type: 'object',
    required: ['path', 'change', 'before', 'after'],
    properties: { path: string, change: { enum: ['added', 'removed', 'changed'] }, before: orNull, after: orNull },
  },
};

const SHOW: JsonSchema = {
  type: 'object',
  required: ['at', 'title', 'parties', 'links', 'counts', 'own', 'unread', 'versions', 'older'],
  properties: {
    parties: { type: 'array', items: { type: 'object', required: ['id', 'name', 'kind', 'parent', 'source', 'from'] } },
    links: { type: 'array', items: { type: 'object', required: ['id', 'type', 'from', 'to', 'amount', 'status'] } },
    own: { type: ['object', 'null'] },
    unread: orNull,
    versions: { type: 'array', items: { type: 'object', required: ['entry', 'at', 'by', 'digest', 'changes'] } },
  },
};

export const DEAL_REGISTER_COMMANDS: readonly Command[] = [
  {
    name: 'deal register',
    group: 'deal',
    summary:
      'the parties and what links them; add your own, with matters to watch, steps of the playbook, duties and claims',
    more: "`show` prints the register that comes with Weighbridge and what the organisation added. A file of one's own holds parties, links, matters to watch, steps with the facts that they look at, duties, and claims; it is laid over what comes with Weighbridge and replaces nothing of it. `check` and `diff` read the file without keeping it: what is wrong with it (line, reason, mend; exit code 4), and what it changes against what stands. `import` enters it whole, as a version that stays in the log with who entered it and when; `remove` takes it out. docs/register.md has the form.",
    examples: [
      { line: 'deal register show', says: 'parties and links, each with where it comes from' },
      { line: 'deal register check REGISTER', says: 'what is wrong with it, or what it would add' },
      { line: 'deal register import REGISTER', says: 'enter it, or its new version' },
      { line: 'deal register diff REGISTER', says: 'what it changes against what stands' },
      { line: 'deal register example', says: 'a file to begin with, with a word on each part' },
      { line: 'deal register remove', says: 'what comes with Weighbridge is left' },
    ],
    arguments: [
      {
        name: 'ACTION',
        summary: 'show, example, check, diff, import or remove',
        required: true,
        choices: ['show', 'example', 'check', 'diff', 'import', 'remove'],
      },
      { name: 'REGISTER', summary: 'of check, diff and import: the file (YAML)', required: false },
    ],
    options: [
      {
        name: 'at',
        type: 'string',
        value: 'DAY',
        summary: 'of show: as it stood at the end of a past day (default: now)',
      },
      { name: 'new', type: 'boolean', summary: 'of import: enter it only where none stands' },
    ],
    output: {
      schema: {
        anyOf: [
          SHOW,
          {
            type: 'object',
            description: 'of check and diff',
            required: ['problems', 'reading', 'replaces', 'changes'],
            properties: {
              problems: { type: 'array' },
              reading: { type: ['object', 'null'], properties: COUNTS },
              replaces: { type: ['object', 'null'] },
              changes: CHANGES,
            },
          },
          {
            type: 'object',
            description: 'of import',
            required: ['digest', 'changed', 'log', 'origin', ...Object.keys(COUNTS)],
            properties: { digest: string, changed: { type: 'boolean' }, log: string, origin: string, ...COUNTS },
          },
          {
            type: 'object',
            description: 'of example',
            required: ['text'],
            properties: { text: string },
          },
          {
            type: 'object',
            description: 'of remove',
            required: ['removed'],
            properties: { removed: { type: 'boolean' } },
          },
        ],
      },
    },
    run: async () => (await import('../run/deal-register.ts')).run,
  },
];
