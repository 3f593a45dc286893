// Row: the deal on one sheet.
import type { Command } from '../frame/command.ts';

export const BRIEF_COMMANDS: readonly Command[] = [
  {
    name: 'brief',
    group: 'deal',
    summary:
      'the deal on one sheet: what is owed, what is only possible, claims, draw-down, sellers, questions to ask, decisions due',
    more: 'As text, or as one A4 page of HTML or PDF. A PDF goes into brief.pdf unless --out names another file; a file that is there is not written over without --force. Without a running instance what was spent is not known, and the sheet says so.',
    examples: [
      { line: 'brief', says: 'as of now, to read here' },
      { line: 'brief --format pdf --out board.pdf --force', says: 'one page to print' },
      { line: 'brief --at 2027-06-30', says: 'as it is at the end of that day' },
    ],
    arguments: [],
    options: [
      {
        name: 'format',
        type: 'string',
        value: 'FORMAT',
        choices: ['text', 'html', 'pdf'],
        summary: 'text (default), html or pdf',
      },
      { name: 'out', type: 'string', value: 'FILE', summary: 'write it to this file instead of printing it' },
      { name: 'force', type: 'boolean', summary: 'write over a file that is there' },
      {
        name: 'at',
        type: 'string',
        value: 'DAY',
        summary: 'as it is at the end of this day; of a past one, by what the log held then (default: now)',
      },
    ],
    output: {
      schema: {
        type: 'object',
        required: [
          'at',
          'day',
          'log',
          'simulated',
          'money',
          'possible',
          'draw_down',
          'sellers',
          'questions',
          'claims',
          'decisions',
        ],
        properties: {
          at: { type: 'integer' },
          day: { type: 'string' },
          log: { type: ['string', 'null'] },
          simulated: { type: 'boolean' },
          money: { type: 'array' },
          possible: { type: 'array' },
          draw_down: { type: 'object' },
          sellers: { type: 'object' },
          questions: { type: 'object' },
          claims: { type: 'object' },
          decisions: { type: 'object' },
          file: { type: 'string', description: 'where it was written' },
        },
      },
    },
    run: async () => (await import('../run/brief.ts')).run,
  },
];
