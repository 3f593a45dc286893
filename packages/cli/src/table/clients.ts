// Row: how a tool is pointed at the gateway.
import type { Command, JsonSchema } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const strings: JsonSchema = { type: 'array', items: string };

export const CLIENTS_COMMANDS: readonly Command[] = [
  {
    name: 'clients',
    group: 'set up',
    summary: 'show how a tool is pointed at the gateway: SDKs, frameworks, editors',
    more: 'Without a name the tools are listed, and which of them a test of ours runs. The address is that of the running instance, else the default one. The secret of a key is never printed: `keys create` shows it once. The same settings stand in docs/clients/ and on the page Clients of the console.',
    examples: [
      { line: 'clients', says: 'which there are' },
      { line: 'clients vercel-ai --model claude-sonnet-4-5', says: 'settings to paste' },
      { line: 'clients openai --json', says: 'for a program' },
    ],
    arguments: [{ name: 'TOOL', summary: 'as the list names it', required: false }],
    options: [
      { name: 'model', type: 'string', value: 'NAME', summary: 'the name of a route (default claude-sonnet-4-5)' },
      { name: 'key', type: 'string', value: 'NAME', summary: 'the name of the key that its user is given' },
      { name: 'markdown', type: 'boolean', summary: 'the page of the tool, as in docs/clients/' },
    ],
    output: {
      schema: {
        type: 'array',
        items: {
          type: 'object',
          required: ['id', 'name', 'kind', 'dialects', 'settings', 'notes', 'sources', 'test'],
          properties: {
            id: string,
            name: string,
            kind: { enum: ['SDK', 'framework', 'command line', 'editor', 'agent'] },
            dialects: strings,
            settings: {
              type: 'array',
              items: { type: 'object', required: ['where', 'language', 'text'] },
              description: 'filled in for this instance',
            },
            notes: strings,
            sources: strings,
            test: { type: ['string', 'null'], description: 'the test of ours that runs the real tool' },
          },
        },
      },
    },
    run: async () => (await import('../run/clients.ts')).run,
  },
];
