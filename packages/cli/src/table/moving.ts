// Rows: configurations of other gateways, made into ours.
import type { Command, JsonSchema, Option } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const OUT: readonly Option[] = [
  {
    name: 'out',
    type: 'string',
    value: 'FILE',
    summary: 'write the configuration there (default: to standard output, and the report to standard error)',
  },
  { name: 'force', type: 'boolean', summary: 'write over a file that is there' },
];
const OUTPUT: Command['output'] = {
  schema: {
    type: 'object',
    required: ['from', 'files', 'written', 'config', 'counts', 'settings', 'variables', 'notes', 'problems', 'routes'],
    properties: {
      from: { enum: ['litellm', 'portkey'] },
      files: { type: 'array', items: string },
      written: { type: ['string', 'null'], description: 'file that was written' },
      config: { ...string, description: 'our configuration, as text' },
      counts: { type: 'object', required: ['carried', 'changed', 'left'] },
      settings: {
        type: 'array',
        description: 'every setting of the source, once',
        items: {
          type: 'object',
          required: ['file', 'line', 'setting', 'outcome', 'to', 'says'],
          properties: {
            file: string,
            line: { type: 'integer' },
            setting: string,
            outcome: { enum: ['carried', 'changed', 'left'] },
            to: { type: ['string', 'null'], description: 'where it stands now' },
            says: { ...string, description: 'how it changed, or why it is left and what to do instead' },
          },
        },
      },
      variables: {
        type: 'array',
        items: {
          type: 'object',
          required: ['name', 'clear_at'],
          properties: {
            name: string,
            clear_at: { type: ['string', 'null'], description: 'where its value stands in the source in clear' },
          },
        },
      },
      notes: { type: 'array', items: string },
      problems: { type: 'array', description: 'of the configuration that was made, as `config check` tells them' },
      routes: { type: 'integer' },
    },
  },
};

export const MOVING_COMMANDS: readonly Command[] = [
  {
    name: 'import litellm',
    group: 'set up',
    summary: "make a configuration of LiteLLM's config.yaml, with a report of what was not carried",
    more: 'Every setting of the source is in the report: carried, carried with a change, or not carried and what to do instead, each with its line. No secret is written: what stood in the source in clear gets the name of a variable, which the report tells. Addresses that stand in variables are read from this environment. Ends with 3 where no model could be carried. docs/moving-in.md walks through it.',
    examples: [
      { line: 'import litellm LITELLM', says: 'to look at it' },
      { line: 'import litellm LITELLM --out imported.yaml --force', says: 'into a file, over one that is there' },
      {
        line: 'import litellm LITELLM --model openai/gpt-4.1',
        says: 'naming a model that an entry with a * serves, as callers ask for it',
      },
      { line: 'import litellm LITELLM --json', says: 'both as data, for a program' },
    ],
    arguments: [{ name: 'FILE', summary: 'the config.yaml', required: true }],
    options: [
      {
        name: 'model',
        type: 'string',
        many: true,
        value: 'NAME',
        summary: 'a model that an entry with a * serves, by the name that callers ask for; may be given several times',
      },
      ...OUT,
    ],
    output: OUTPUT,
    run: async () => (await import('../run/import.ts')).litellm,
  },
  {
    name: 'import portkey',
    group: 'set up',
    summary: 'make a configuration of Portkey configs, with a report of what was not carried',
    more: 'Each file holds one config (JSON) and becomes a route, named after the file. What Portkey keeps beside its configs stands in none of them: the provider behind a virtual key or an @name is said with `--provider` or guessed from the name, its key gets the name of a variable, and a target that leaves the model to the caller needs `--model`. Otherwise as `import litellm`.',
    examples: [
      { line: 'import portkey PORTKEY', says: 'a route named after the file' },
      {
        line: 'import portkey PORTKEY --route chat --model gpt-4.1',
        says: 'by another name, for a model that callers named',
      },
      {
        line: 'import portkey PORTKEY --provider prod-key=openai --json',
        says: 'saying who stands behind a virtual key',
      },
    ],
    arguments: [{ name: 'FILE', summary: 'a config', required: true, many: true }],
    options: [
      { name: 'route', type: 'string', value: 'NAME', summary: 'name of the route, where there is one file' },
      { name: 'model', type: 'string', value: 'NAME', summary: 'model of targets that leave it to the caller' },
      {
        name: 'provider',
        type: 'string',
        many: true,
        value: 'NAME=PROVIDER',
        summary: 'provider behind a virtual key or an @name, such as prod-key=openai',
      },
      ...OUT,
    ],
    output: OUTPUT,
    run: async () => (await import('../run/import.ts')).portkey,
  },
];
