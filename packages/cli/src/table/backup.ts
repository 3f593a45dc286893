// Rows: copies of the journal, how one is put back, and what is deleted by age.
import type { Command, JsonSchema } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const integer: JsonSchema = { type: 'integer' };

/** What a successor took over. */
export const CARRIED: JsonSchema = {
  type: ['object', 'null'],
  description: 'what the successor took over; null: the same log goes on, with all of it',
  required: ['entries', 'from', 'left', 'left_in_all'],
  properties: {
    entries: integer,
    from: { type: ['object', 'null'], description: 'the closed log: origin, size and root' },
    left: { type: 'array', description: 'what stayed behind, and why; the first 50' },
    left_in_all: integer,
  },
};
export const LOST_TEXTS: JsonSchema = {
  type: 'array',
  items: string,
  description: 'contracts that stand without a text that can be read',
};

export const BACKUP_COMMANDS: readonly Command[] = [
  {
    name: 'backup',
    group: 'prove',
    summary: 'copy journal, vault and blobs into a folder, verified, while the instance runs or not',
    more: 'Holds everything that was acknowledged before it began. A second backup into the same folder copies only what is new, and takes the place of the first once it is whole. It holds the keys of the vault: keep it as you keep those. Configuration and tables are not in it (docs/backup.md).',
    examples: [{ line: 'backup --to BACKUPS', says: 'up to the newest checkpoint, into a folder of its own' }],
    arguments: [],
    options: [
      { name: 'to', type: 'string', value: 'FOLDER', summary: 'folder that holds the backups of this log (required)' },
      { name: 'node', type: 'string', value: 'NAME', summary: 'node, where none runs (default: that of the log)' },
    ],
    output: {
      schema: {
        type: 'object',
        required: [
          'folder',
          'log',
          'origin',
          'size',
          'root',
          'at',
          'running',
          'lost_texts',
          'files',
          'bytes',
          'copied_bytes',
        ],
        properties: {
          folder: { type: 'string', description: 'the backup itself' },
          log: { enum: ['live', 'lab', 'sample'] },
          origin: string,
          size: { type: 'integer', description: 'entries' },
          root: { type: 'string', description: 'base64' },
          at: { type: 'integer', description: 'UTC milliseconds' },
          running: { type: 'boolean', description: 'whether an instance wrote meanwhile' },
          lost_texts: LOST_TEXTS,
          files: integer,
          bytes: integer,
          copied_bytes: { type: 'integer', description: 'that were not in the backup before' },
        },
      },
    },
    run: async () => (await import('../run/backup.ts')).run,
  },
  {
    name: 'restore',
    group: 'prove',
    summary: 'put a backup into an empty home, verified; a successor log begins, or the same goes on by your word',
    more: 'If the log signed anything after the backup, to go on under its key would be a second history of it: a fork, which every witness and every holder of a later checkpoint would see. So a successor log begins, whose first entry names the backup, unless you state with --nothing-since that nothing was signed after it; the witnesses of the log are asked whether they know better, and the statement becomes an entry. Contracts, claims, incidents, what was attested, the own register and saved views go over to a successor, each with when and by whom it was written.',
    examples: [
      {
        line: 'restore BACKUPS --home RESTORED --reason "disk lost"',
        says: 'the restored log is closed; a successor begins, with keys to be made anew',
      },
      {
        line: 'restore BACKUPS --home CONTINUED --nothing-since "instance stopped before the backup, moved to a new machine"',
        says: 'the same log goes on, and says so',
      },
    ],
    arguments: [{ name: 'FOLDER', summary: 'a backup, or the folder of backups: its newest is taken', required: true }],
    options: [
      { name: 'reason', type: 'string', value: 'TEXT', summary: 'why, for the first entry of the successor' },
      {
        name: 'nothing-since',
        type: 'string',
        value: 'TEXT',
        summary: 'state that this log signed nothing after the backup, and how you know',
      },
      { name: 'node', type: 'string', value: 'NAME', summary: 'node (default node-1)' },
    ],
    output: {
      schema: {
        type: 'object',
        required: ['home', 'log', 'size', 'root', 'continued', 'origin', 'vkey', 'carried', 'lost_texts'],
        properties: {
          home: { type: 'string', description: 'the folder of the restored log' },
          log: { enum: ['live', 'lab', 'sample'] },
          size: { type: 'integer', description: 'entries that were restored' },
          root: { type: 'string', description: 'base64' },
          continued: { type: 'boolean', description: 'the same log goes on; else a successor does' },
          origin: { type: 'string', description: 'of the log that goes on' },
          vkey: string,
          carried: CARRIED,
          lost_texts: LOST_TEXTS,
        },
      },
    },
    run: async () => (await import('../run/restore.ts')).run,
  },
  {
    name: 'prune',
    group: 'prove',
    summary:
      'delete the private records of calls that are older than `retention` says; entries say first what they came to',
    more: 'A running instance does so by itself once a day. Leaves, proofs and what administration wrote stay, so every checkpoint and every receipt that was handed out goes on to verify (docs/retention.md). Whole parts of 16,384 entries only, and never the newest.',
    examples: [{ line: 'prune --dry-run', says: 'what is old enough to go' }],
    arguments: [],
    options: [
      { name: 'dry-run', type: 'boolean', summary: 'only say what would be deleted' },
      { name: 'node', type: 'string', value: 'NAME', summary: 'node, where none runs (default: that of the log)' },
    ],
    output: {
      schema: {
        type: 'object',
        required: ['policy', 'before', 'ranges', 'closed'],
        properties: {
          policy: { type: ['string', 'null'], description: 'null: the configuration keeps records for ever' },
          before: { type: ['integer', 'null'], description: 'UTC milliseconds' },
          ranges: {
            type: 'array',
            items: { type: 'object', required: ['from', 'to'], properties: { from: integer, to: integer } },
          },
          closed: {
            type: 'array',
            description: 'per part: its calls, and the entries that say what they came to',
            items: {
              type: 'object',
              required: ['from', 'to', 'calls', 'first', 'entries'],
              properties: { from: integer, to: integer, calls: integer, first: integer, entries: integer },
            },
          },
        },
      },
    },
    run: async () => (await import('../run/prune.ts')).run,
  },
];
