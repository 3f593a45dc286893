// Rows: the key that signs the log.
import type { Command, JsonSchema, Option } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const REASON: Option = { name: 'reason', type: 'string', value: 'TEXT', summary: 'why, for the entry that records it' };
const OUTPUT: Command['output'] = {
  schema: {
    type: 'object',
    required: ['action', 'index', 'vkey', 'before'],
    properties: {
      action: { enum: ['rotate', 'retire'] },
      index: { type: ['integer', 'null'], description: 'of the entry that records it; null: nothing was to be done' },
      vkey: { type: 'string', description: 'the key that signs from now on' },
      before: { type: 'array', items: string, description: 'the key before, or those that sign no more' },
    },
  },
};

export const LOG_KEY_COMMANDS: readonly Command[] = [
  {
    name: 'log rotate-key',
    group: 'prove',
    summary: 'hand the log over to a fresh key, by an entry that the old and the new key both sign',
    more: 'Old receipts stay provable by the key they were signed under. Both keys sign checkpoints from then on, until `log retire-key`; whoever has an earlier key can follow. A key that was stolen is not rotated but ended: `recover` opens a successor log.',
    examples: [{ line: 'log rotate-key --reason "yearly"', says: 'while the instance runs, or while none does' }],
    arguments: [],
    options: [REASON],
    output: OUTPUT,
    run: async () => (await import('../run/log-key.ts')).rotate,
  },
  {
    name: 'log retire-key',
    group: 'prove',
    summary: 'end the signing of the key before, once all who verify know the new one',
    more: 'The old key is destroyed. Whoever still has only its public part follows the handover.',
    examples: [{ line: 'log retire-key', says: 'only the current key signs from now on' }],
    arguments: [],
    options: [REASON],
    output: OUTPUT,
    run: async () => (await import('../run/log-key.ts')).retire,
  },
];
