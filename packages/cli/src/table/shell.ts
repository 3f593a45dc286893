// Rows: help, completions, version.
import type { Command } from '../frame/command.ts';

export const SHELL_COMMANDS: readonly Command[] = [
  {
    name: 'completion',
    group: 'shell',
    summary: 'print completions for a shell',
    examples: [
      { line: 'completion bash', says: 'eval "$(weighbridge completion bash)"' },
      { line: 'completion zsh', says: 'eval "$(weighbridge completion zsh)"' },
      { line: 'completion fish', says: 'weighbridge completion fish | source' },
    ],
    arguments: [{ name: 'SHELL', summary: 'which shell', required: true, choices: ['bash', 'zsh', 'fish'] }],
    options: [],
    output: {
      schema: {
        type: 'object',
        required: ['shell', 'script'],
        properties: { shell: { type: 'string' }, script: { type: 'string' } },
      },
    },
    run: async () => (await import('../run/shell.ts')).completions,
  },
  {
    name: 'help',
    group: 'shell',
    summary: 'show help',
    examples: [
      { line: 'help', says: 'all commands' },
      { line: 'help verify', says: 'one command' },
      { line: 'help plan', says: 'all that begin with a word' },
    ],
    arguments: [
      { name: 'COMMAND', summary: 'the command to explain', required: false },
      { name: 'WORD', summary: 'its second word', required: false },
    ],
    options: [{ name: 'markdown', type: 'boolean', summary: 'the whole reference, as in docs/cli.md' }],
    output: {
      schema: { type: 'array', items: { type: 'object', required: ['name', 'summary', 'examples', 'options'] } },
    },
    run: async () => (await import('../run/shell.ts')).help,
  },
  {
    name: 'version',
    group: 'shell',
    summary: 'show versions',
    examples: [{ line: 'version', says: 'of Weighbridge and Node' }],
    arguments: [],
    options: [],
    output: {
      schema: {
        type: 'object',
        required: ['weighbridge', 'node'],
        properties: { weighbridge: { type: 'string' }, node: { type: 'string' } },
      },
    },
    run: async () => (await import('../run/shell.ts')).version,
  },
];
