// Rows: receipts, verification, erasure, recovery.
import { SUPERSEDED, type Command, type JsonSchema, type Option } from '../frame/command.ts';
import { CARRIED, LOST_TEXTS } from './backup.ts';

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
    more: 'The file holds only the groups asked for: public shows no price of another seller and no person. It is an in-toto statement in a DSSE envelope with the proof that the log holds the entry, cosigned by the witnesses of the log, and verifies offline with the public key alone.',
    examples: [
      { line: 'receipt ID', says: 'everything we know of the call' },
      { line: 'receipt ID --out receipt.json', says: 'a file to hand out: the public part and its proof' },
      { line: 'receipt ID --out receipt.json --groups public,commercial', says: 'with the decision and the charges' },
      { line: 'receipt ID --out plain.json --format plain', says: 'without the envelope' },
    ],
    arguments: [{ name: 'ID', summary: 'id of the call, as in the header weighbridge-receipt', required: true }],
    options: [
      { name: 'out', type: 'string', value: 'FILE', summary: 'write the receipt file here (- for standard output)' },
      GROUP_OPTION,
      {
        name: 'format',
        type: 'string',
        value: 'FORM',
        choices: ['envelope', 'plain'],
        summary: 'envelope: in-toto in DSSE (default); plain: leaf, groups and proof alone',
      },
      SUPERSEDED,
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
          invoiced: {
            type: 'object',
            description: "the cost in the unit of the seller's invoice, such as CCU; absent: it invoices in currency",
          },
          file: string,
          groups: { type: 'array' },
          format: { enum: ['envelope', 'plain'] },
          cosigned_by: { type: 'array', items: string },
        },
      },
    },
    run: async () => (await import('../run/receipt.ts')).run,
  },
  {
    name: 'verify',
    group: 'prove',
    summary: 'check a receipt file, a journal folder or a log at a URL, needing only its public key',
    more: 'Whoever verifies should have the key by hand or from a witness (--key); without it, the key of the log here is used. Without a remembered checkpoint (--last) or a quorum of witnesses (--policy), a folder or URL cannot show that its newest entries were not cut off: the exit code is then 6. A policy file has lines `log VKEY`, `witness NAME VKEY [URL]`, `group NAME all|any|K NAME…` and one `quorum NAME`. Where the records lie beside the log, every entry is held against its contract and every charge computed again from the price book that the log seals.',
    examples: [
      { line: 'verify receipt.json --key VKEY', says: 'a receipt file, offline' },
      { line: 'verify --remember checkpoint.txt', says: 'the journal here; keeps its checkpoint', exit: 6 },
      { line: 'verify --last checkpoint.txt', says: 'nothing was cut off since then' },
      { line: 'verify URL --key VKEY --last checkpoint.txt', says: 'a log over HTTP' },
      { line: 'verify receipt.json --policy policy.txt', says: 'with the witnesses that the policy asks for' },
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
        name: 'handovers',
        type: 'string',
        value: 'FILE',
        summary:
          "statements by which the log's key was handed over, for a receipt and an earlier key (a folder or URL brings its own)",
      },
      {
        name: 'policy',
        type: 'string',
        value: 'FILE',
        summary: 'logs one knows, witnesses one knows, and which of them are enough (C2SP tlog-policy)',
      },
      {
        name: 'fresh',
        type: 'string',
        value: 'SPAN',
        summary: 'how long ago the witnesses may have spoken last: 10m, 6h, 7d (default: 1h for a URL, else any time)',
      },
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
        summary:
          'texts of the price books, to compute charges again, and of the contracts (default: blobs beside the journal folder)',
      },
      { name: 'remember', type: 'string', value: 'FILE', summary: 'write the checkpoint that was verified here' },
    ],
    output: {
      schema: {
        type: 'object',
        required: ['outcome', 'leaves', 'groups'],
        properties: {
          outcome: { enum: ['ok', 'PROOF_INVALID', 'TRUNCATION_NOT_EXCLUDED', 'QUORUM_NOT_MET'] },
          problem: string,
          next: string,
          origin: string,
          size: { type: 'integer' },
          root: string,
          leaves: { type: 'integer' },
          groups: { type: 'object' },
          handovers: {
            type: 'array',
            description: "handovers of the log's key that were followed from the key given",
            items: { type: 'object', required: ['from', 'to', 'index', 'at'] },
          },
          unknown_keys: {
            type: 'array',
            description:
              'keys (name+hash) that signed in the name of the log too, and to which nothing leads from the key given: it may have been handed over, and `log/handovers` be missing',
            items: string,
          },
          contract: { type: 'object' },
          prices: { type: 'object' },
          texts: {
            type: 'object',
            description:
              'texts of contracts beside the log: how many are as sealed, which are gone, which were altered',
            required: ['checked', 'gone', 'altered'],
          },
          not_checked: string,
          checkpoint: string,
          witnessed: {
            type: 'object',
            description: 'with a policy: what was asked for, who spoke, and as of when (UTC milliseconds)',
            required: ['quorum', 'met', 'by'],
            properties: {
              quorum: string,
              met: { type: 'boolean' },
              by: { type: 'array', items: { type: 'object', required: ['name', 'at', 'size'] } },
              as_of: { type: 'integer' },
            },
          },
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
    name: 'verifier',
    group: 'prove',
    summary: 'write out the standalone verifier: one readable file without dependencies, for an auditor',
    more: 'It checks a receipt file with a public key or a policy and comes to the same verdict as `verify`, without any code of this product. Any Node from 20 on runs it.',
    examples: [
      { line: 'verifier --out verify-receipt.mjs', says: 'a file to read and to run' },
      { line: 'verifier --out -', says: 'to standard output' },
    ],
    arguments: [],
    options: [
      {
        name: 'out',
        type: 'string',
        value: 'FILE',
        summary: 'where to write it (default verify-receipt.mjs; - for standard output)',
      },
    ],
    output: {
      schema: {
        type: 'object',
        required: ['file', 'sha256', 'lines'],
        properties: { file: { type: ['string', 'null'] }, sha256: string, lines: { type: 'integer' }, program: string },
      },
    },
    run: async () => (await import('../run/verifier.ts')).run,
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
        required: ['erased', 'keys', 'at'],
        properties: {
          erased: { type: 'boolean' },
          keys: {
            type: 'integer',
            description: 'destroyed; 0: nothing was sealed under the subject, or it was erased before',
          },
          at: { type: 'integer' },
        },
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
    options: [
      { name: 'check', type: 'boolean', summary: 'compare only' },
      { name: 'without-pruned', type: 'boolean', summary: 'also where calls were pruned, which the tables then lack' },
    ],
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
    more: 'Only for a journal that refuses to start. The old one is kept beside it. Nothing is rewritten. Contracts, claims, incidents, what was attested, the own register and saved views go over, each with when and by whom it was written; what the old log cannot prove any more stays behind, by name. Gateway keys end with it.',
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
        required: ['recovered', 'vkey', 'carried', 'lost_texts'],
        properties: { recovered: { type: 'boolean' }, vkey: string, carried: CARRIED, lost_texts: LOST_TEXTS },
      },
    },
    run: async () => (await import('../run/recover.ts')).run,
  },
];
