// Rows: configuration and keys.
import type { Command, JsonSchema, Option } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const CONFIG: Option = {
  name: 'config',
  type: 'string',
  value: 'FILE',
  summary: 'configuration file (default: weighbridge.yaml)',
};
const KEY: JsonSchema = {
  type: 'object',
  required: ['id', 'name', 'created', 'revoked', 'who'],
  properties: {
    id: string,
    name: string,
    created: { type: 'integer', description: 'UTC milliseconds' },
    revoked: { type: 'boolean' },
    revokedAt: { type: 'integer' },
    expires: { type: 'integer' },
    purpose: string,
    who: { type: 'object' },
  },
};

export const SET_UP_COMMANDS: readonly Command[] = [
  {
    name: 'config check',
    group: 'set up',
    summary: 'check the configuration file whole; every problem with its line and what mends it',
    examples: [
      { line: 'config check', says: 'weighbridge.yaml here' },
      { line: 'config check --config FILE --json', says: 'another file, for a program' },
    ],
    arguments: [],
    options: [CONFIG],
    output: {
      schema: {
        type: 'array',
        items: {
          type: 'object',
          required: ['severity', 'code', 'path', 'line', 'column', 'message', 'mend'],
          properties: {
            severity: { enum: ['error', 'warning'] },
            code: string,
            path: string,
            line: { type: 'integer' },
            column: { type: 'integer' },
            message: string,
            mend: string,
          },
        },
      },
    },
    run: async () => (await import('../run/config.ts')).check,
  },
  {
    name: 'config show',
    group: 'set up',
    summary: 'show the configuration in force, with its defaults and its digest',
    more: 'Asks the running instance; without one, shows what the file would give.',
    examples: [
      { line: 'config show', says: 'in force now' },
      { line: 'config show --config FILE', says: 'what a file would give' },
    ],
    arguments: [],
    options: [CONFIG],
    output: {
      schema: {
        type: 'object',
        required: ['config'],
        properties: { digest: { type: ['string', 'null'] }, config: { type: 'object' } },
      },
    },
    run: async () => (await import('../run/config.ts')).show,
  },
  {
    name: 'config schema',
    group: 'set up',
    summary: 'print the JSON Schema of the configuration, for editors',
    examples: [{ line: 'config schema', says: 'as committed in weighbridge.schema.json' }],
    arguments: [],
    options: [],
    output: { schema: { type: 'object', required: ['$schema', 'properties'] } },
    run: async () => (await import('../run/config.ts')).schema,
  },
  {
    name: 'api schema',
    group: 'set up',
    summary: 'print the OpenAPI document of the control API',
    examples: [{ line: 'api schema', says: 'as committed in docs/openapi.json' }],
    arguments: [],
    options: [],
    output: { schema: { type: 'object', required: ['openapi', 'paths', 'components'] } },
    run: async () => (await import('../run/console.ts')).schema,
  },
  {
    name: 'config reload',
    group: 'set up',
    summary: 'have the running instance take the file, whole or not at all',
    examples: [{ line: 'config reload', says: 'as saving the file does' }],
    arguments: [],
    options: [],
    output: {
      schema: {
        type: 'object',
        required: ['digest', 'changed'],
        properties: {
          digest: string,
          changed: { type: 'boolean' },
          warnings: { type: 'array' },
          later: { type: 'array' },
        },
      },
    },
    run: async () => (await import('../run/config.ts')).reload,
  },
  {
    name: 'keys create',
    group: 'set up',
    summary: 'make a key; it is shown once and kept nowhere',
    more: 'What the key may use is said in the configuration under keys: NAME:. A name that is not listed there is refused.',
    examples: [
      { line: 'keys create ci', says: 'a key named ci' },
      { line: 'keys create assistant --team support --expires 2030-01-31', says: 'for a team, until a day' },
      { line: 'keys create batch --json', says: 'the key in a field, for a program' },
      { line: 'keys create ci --aws', says: "with a pair for Amazon's clients" },
    ],
    arguments: [{ name: 'NAME', summary: 'name of the key, as under `keys:` in the configuration', required: true }],
    options: [
      { name: 'team', type: 'string', value: 'NAME', summary: 'team that its calls are charged to' },
      { name: 'project', type: 'string', value: 'NAME', summary: 'project' },
      { name: 'cost-centre', type: 'string', value: 'TEXT', summary: 'cost centre' },
      { name: 'principal', type: 'string', value: 'WHO', summary: 'person or service that holds it; can be erased' },
      { name: 'environment', type: 'string', value: 'NAME', summary: 'environment' },
      { name: 'expires', type: 'string', value: 'DAY', summary: 'end: 2027-01-31 or 2027-01-31T12:00:00Z (UTC)' },
      {
        name: 'aws',
        type: 'boolean',
        summary: "also an access key id and a secret, by which Amazon's clients sign",
      },
      { name: 'node', type: 'string', value: 'NAME', summary: 'node, when no instance runs (default node-1)' },
      {
        name: 'organisation',
        type: 'string',
        value: 'NAME',
        summary: 'organisation, when no instance runs (default default)',
      },
    ],
    output: { schema: { type: 'object', required: ['key', 'state'], properties: { key: string, state: KEY } } },
    run: async () => (await import('../run/keys.ts')).create,
  },
  {
    name: 'keys list',
    group: 'set up',
    summary: 'list keys; never a secret',
    examples: [
      { line: 'keys list', says: 'those in force' },
      { line: 'keys list --all', says: 'revoked ones too' },
    ],
    arguments: [],
    options: [{ name: 'all', type: 'boolean', summary: 'revoked ones too' }],
    output: { schema: { type: 'array', items: KEY } },
    run: async () => (await import('../run/keys.ts')).list,
  },
  {
    name: 'keys revoke',
    group: 'set up',
    summary: 'revoke a key; it stops within a second, everywhere',
    examples: [
      { line: 'keys revoke KEY_ID', says: 'by id' },
      { line: 'keys revoke assistant --reason "left the team"', says: 'by name, when one key has it' },
    ],
    arguments: [{ name: 'KEY', summary: 'id or name of the key', required: true }],
    options: [{ name: 'reason', type: 'string', value: 'TEXT', summary: 'why, for the journal' }],
    output: { schema: KEY },
    run: async () => (await import('../run/keys.ts')).revoke,
  },
];
