// Rows: receipts, verification, erasure, recovery.
import type { Command, JsonSchema, Option } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const GROUP_OPTION: Option = {
  name: 'groups',
  type: 'string',
  value: 'LIST',
  summary: 'what the file discloses: any of public, commercial, personal (default public)',
};

export const PROVE_COMMANDS: readonly Command[] = [
  {
    name: 'receipt',
    group: 'prove',
    summary: 'show the receipt of a call, or write the file that proves it to somebody else',
    more: 'The file holds only the groups asked for: public shows no price of another seller and no person. It verifies offline with the public key alone.',
    examples: [
      { line: 'receipt ID', says: 'everything we know of the call' },
      { line: 'receipt ID --out receipt.json', says: 'a file to hand out: the public part and its proof' },
      { line: 'receipt ID --out receipt.json --groups public,commercial', says: 'with the decision and the charges' },
    ],
    arguments: [{ name: 'ID', summary: 'id of the call, as in the header weighbridge-receipt', required: true }],
    options: [
      { name: 'out', type: 'string', value: 'FILE', summary: 'write the receipt file here (- for standard output)' },
      GROUP_OPTION,
    ],
    output: {
      schema: {
        type: 'object',
        required: ['id'],
        properties: {
          id: string,
          index: { type: 'integer' },
          kind: string,
          at: { type: 'integer' },
          public: { type: 'object' },
          commercial: { type: 'object' },
          personal: { type: ['object', 'null'] },
          file: string,
          groups: { type: 'array' },
        },
      },
    },
    run: async () => (await import('../run/receipt.ts')).run,
  },
  {
    name: 'verify',
    group: 'prove',
    summary: 'check a receipt file, a journal folder or a log at a URL, needing only its public key',
    more: 'Whoever verifies should have the key by hand or from a witness (--key); without it, the key of the log here is used. Without a remembered checkpoint (--last), a folder or URL cannot show that its newest entries were not cut off: the exit code is then 6. Where the records lie beside the log, every entry is held against its contract and every charge computed again from the price book that the log seals.',
    examples: [
      { line: 'verify receipt.json --key VKEY', says: 'a receipt file, offline' },
      { line: 'verify --remember checkpoint.txt', says: 'the journal here; keeps its checkpoint', exit: 6 },
      { line: 'verify --last checkpoint.txt', says: 'nothing was cut off since then' },
      { line: 'verify URL --key VKEY --last checkpoint.txt', says: 'a log over HTTP' },
    ],
    arguments: [{ name: 'WHAT', summary: 'receipt file, folder or URL (default: the journal here)', required: false }],
    options: [
      {
        name: 'key',
        type: 'string',
        value: 'VKEY',
        summary: 'public key of the log (name+hash+key), or a file that holds it',
      },
      { name: 'last', type: 'string', value: 'FILE', summary: 'checkpoint remembered from an earlier look' },
      {
        name: 'vault',
        type: 'string',
        value: 'FOLDER',
        summary: 'vault of a journal folder: its personal parts are checked too (the journal here brings its own)',
      },
      {
        name: 'blobs',
        type: 'string',
        value: 'FOLDER',
        summary: 'texts of the price books, to compute charges again (default: blobs beside the journal folder)',
      },
      { name: 'remember', type: 'string', value: 'FILE', summary: 'write the checkpoint that was verified here' },
    ],
    output: {
      schema: {
        type: 'object',
        required: ['outcome', 'leaves', 'groups'],
        properties: {
          outcome: { enum: ['ok', 'PROOF_INVALID', 'TRUNCATION_NOT_EXCLUDED'] },
          problem: string,
          next: string,
          origin: string,
          size: { type: 'integer' },
          root: string,
          leaves: { type: 'integer' },
          groups: { type: 'object' },
          contract: { type: 'object' },
          prices: { type: 'object' },
          not_checked: string,
          checkpoint: string,
          receipt: {
            type: 'object',
            description: 'of a receipt file that is good: what it is a receipt of, and what it proves',
            required: [
              'id',
              'kind',
              'at',
              'outcome',
              'simulated',
              'disclosed',
              'undisclosed',
              'proves',
              'does_not_prove',
            ],
            properties: {
              id: string,
              kind: string,
              at: { type: 'integer', description: 'UTC milliseconds' },
              outcome: { type: ['string', 'null'] },
              simulated: { type: ['boolean', 'null'], description: 'null: not disclosed' },
              disclosed: { type: 'array', items: string },
              undisclosed: { type: 'array', items: string },
              proves: string,
              does_not_prove: string,
            },
          },
        },
      },
    },
    run: async () => (await import('../run/verify.ts')).run,
  },
  {
    name: 'erase',
    group: 'prove',
    summary: "destroy the key of a person's part of the receipts; every proof still verifies",
    more: 'What was sealed under the subject can never be read again, by anybody. The erasure itself is journalled, without the name.',
    examples: [{ line: 'erase SUBJECT', says: 'a principal, else a key id' }],
    arguments: [
      { name: 'SUBJECT', summary: 'the principal, key id or organisation whose part is erased', required: true },
    ],
    options: [],
    output: {
      schema: {
        type: 'object',
        required: ['erased', 'at'],
        properties: { erased: { type: 'boolean' }, at: { type: 'integer' } },
      },
    },
    run: async () => (await import('../run/erase.ts')).run,
  },
  {
    name: 'rebuild',
    group: 'prove',
    summary: 'fold every table again from the journal, or check that they are what the journal says',
    more: 'Tables for the console, reports and queries are folds of the journal: they can be thrown away, and come out the same, row for row. A digest over all rows of each table shows it. With --check nothing is changed: the journal is folded into a second database, and the exit code is 3 when a table differs. Beside a running instance the gateway goes on meanwhile.',
    examples: [
      { line: 'rebuild --check', says: 'are the tables what the journal says?' },
      { line: 'rebuild', says: 'throw them away and fold the journal again' },
    ],
    arguments: [],
    options: [{ name: 'check', type: 'boolean', summary: 'compare only' }],
    output: {
      schema: {
        type: 'object',
        required: ['checked', 'entries', 'tables'],
        properties: {
          checked: { type: 'boolean', description: 'true: compared; false: folded again' },
          entries: { type: 'integer', description: 'entries of the log that all tables hold' },
          tables: {
            type: 'array',
            items: {
              type: 'object',
              required: ['projection', 'table', 'rows', 'digest'],
              properties: {
                projection: string,
                table: string,
                rows: { type: 'integer' },
                digest: { type: 'string', description: 'SHA-256 over the rows in order, base64url' },
              },
            },
          },
        },
      },
    },
    run: async () => (await import('../run/rebuild.ts')).run,
  },
  {
    name: 'recover',
    group: 'prove',
    summary: 'open a successor log after a journal was rolled back or damaged; its first entry states the gap',
    more: 'Only for a journal that refuses to start. The old one is kept beside it. Nothing is rewritten.',
    examples: [
      {
        line: 'recover --reason "disk replaced, last night\'s backup restored"',
        says: 'states why, for good',
      },
    ],
    arguments: [],
    options: [
      { name: 'reason', type: 'string', value: 'TEXT', summary: 'what happened (required)' },
      { name: 'node', type: 'string', value: 'NAME', summary: 'node (default node-1)' },
    ],
    output: {
      schema: {
        type: 'object',
        required: ['recovered', 'vkey'],
        properties: { recovered: { type: 'boolean' }, vkey: string },
      },
    },
    run: async () => (await import('../run/recover.ts')).run,
  },
];
