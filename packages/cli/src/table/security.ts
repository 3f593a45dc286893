// Rows: where security events go.
import type { Command, JsonSchema } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };

export const SECURITY_COMMANDS: readonly Command[] = [
  {
    name: 'security-events',
    group: 'watch',
    summary: 'show where security events go, and send one to see that it arrives',
    more: 'Destinations stand under `security_events` of the configuration: files and syslog servers that a SIEM reads. `security-events --test siem` sends one event to the destination of that name, once, and says whether it was taken: exit code 3 when it was not.',
    examples: [
      { line: 'security-events', says: 'each destination: whether it takes them, how many went and were dropped' },
      { line: 'security-events --json', says: 'for a program' },
    ],
    arguments: [],
    options: [
      { name: 'test', type: 'string', value: 'DESTINATION', summary: 'send one event to this destination instead' },
    ],
    output: {
      schema: {
        type: ['array', 'object'],
        description: 'with --test: an object of name and problem',
        items: {
          type: 'object',
          required: ['name', 'kind', 'state', 'problem', 'sent', 'dropped', 'waiting', 'behind', 'sent_at'],
          properties: {
            name: string,
            kind: { enum: ['file', 'syslog'] },
            state: { enum: ['idle', 'up', 'failing'] },
            problem: { type: ['string', 'null'] },
            sent: { type: 'integer', description: 'since the start' },
            dropped: { type: 'integer', description: 'in no log, and without room while it took nothing' },
            waiting: { type: 'integer' },
            behind: { type: 'integer', description: 'entries of the log that were not looked at for it yet' },
            sent_at: { type: ['integer', 'null'], description: 'UTC milliseconds' },
          },
        },
        properties: { name: string, problem: { type: ['string', 'null'], description: 'why it did not arrive' } },
      },
    },
    run: async () => (await import('../run/security-events.ts')).run,
  },
];
