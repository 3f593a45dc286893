// Rows: the deal, contracts as files.
import type { ContractStatus } from '@weighbridge/protocol';
import type { Argument, Command, JsonSchema, Option } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const orNull: JsonSchema = { type: ['string', 'null'] };
const list: JsonSchema = { type: 'array' };
const CONTRACT: Argument = {
  name: 'CONTRACT',
  summary: 'file of the contract (YAML), or the id of one in the log',
  required: true,
};

/** All there are, held by the type: help loads no schema for their names. */
const STATUSES: Readonly<Record<ContractStatus, true>> = {
  draft: true,
  offered: true,
  signed: true,
  reported: true,
  ended: true,
};

const STATUS: Option = {
  name: 'status',
  type: 'string',
  value: 'STATUS',
  choices: Object.keys(STATUSES),
  summary: 'only contracts of this status: draft, offered, signed, reported or ended',
};

const FINDING: JsonSchema = {
  type: 'object',
  required: ['rule', 'severity', 'kind', 'at', 'term', 'reason', 'question', 'clause', 'mend'],
  properties: {
    rule: string,
    severity: { enum: ['serious', 'weak'] },
    kind: { enum: ['missing', 'dangerous'] },
    topic: string,
    at: { type: 'string', description: 'id of the instrument; `contract` where it concerns the whole' },
    term: string,
    reason: string,
    question: string,
    clause: string,
    mend: { type: 'string', description: 'what to change in one’s own file; then nothing is asked of the seller' },
  },
};

export const DEAL_COMMANDS: readonly Command[] = [
  {
    name: 'deal lint',
    group: 'deal',
    summary: 'which terms a contract lacks, which are dangerous, and what to ask the seller',
    more: 'Says first whether the file is sound: an unknown party, overlapping milestones, mixed currencies and the like are told with line, reason and mend (exit code 4). Then holds each rule against the contract, with a question and a clause to propose, and its eligibility against what receipts carry: where an instance runs, those of the last 90 days. Serious findings end with exit code 3.',
    examples: [
      { line: 'deal lint CONTRACT', says: 'what to mend before signature', exit: 3 },
      { line: 'deal lint CONTRACT --questionnaire', says: 'the open questions, as a page to send' },
      { line: 'deal lint CONTRACT --questionnaire --all', says: 'all questions, before there is an offer' },
    ],
    arguments: [CONTRACT],
    options: [
      {
        name: 'questionnaire',
        type: 'boolean',
        summary: 'print the questions that the contract leaves open (Markdown)',
      },
      { name: 'all', type: 'boolean', summary: 'with --questionnaire: every question for which there is a rule' },
    ],
    output: {
      schema: {
        type: 'object',
        required: ['contract', 'title'],
        properties: {
          contract: string,
          title: string,
          status: string,
          serious: { type: 'integer' },
          findings: { type: 'array', items: FINDING },
          questions: {
            type: 'array',
            description: 'with --questionnaire',
            items: {
              type: 'object',
              required: ['id', 'topic', 'question', 'why', 'answer', 'required', 'proposed_clause'],
            },
          },
        },
      },
    },
    run: async () => (await import('../run/deal-lint.ts')).run,
  },
  {
    name: 'deal show',
    group: 'deal',
    summary:
      'what a contract obliges to by when, what is only possible, when a shortfall bites, until when one can leave',
    more: 'What is owed is what must be spent, the price of reserved capacity over its term, used or not, and what is prepaid; where the contract states no price, that is said. Options and investments ("up to") are shown apart and are in no sum. The last safe day to leave is the last day of the window less the notice.',
    examples: [
      { line: 'deal show CONTRACT', says: 'obligations by date, options apart' },
      { line: 'deal show CONTRACT --at 2027-12-01', says: 'how many days are left to leave, seen from then' },
    ],
    arguments: [CONTRACT],
    options: [
      {
        name: 'at',
        type: 'string',
        value: 'DAY',
        summary:
          'the day from which days are counted (default: today, UTC); of a contract in the log and a past day, the version that stood then',
      },
    ],
    output: {
      schema: {
        type: 'object',
        required: [
          'contract',
          'currency',
          'at',
          'obligations',
          'owed',
          'unpriced',
          'possibilities',
          'shortfalls',
          'exits',
        ],
        properties: {
          contract: string,
          title: string,
          status: string,
          term: { type: 'object', required: ['from', 'until'] },
          renewal_notice_by: orNull,
          currency: string,
          at: string,
          obligations: {
            type: 'array',
            items: {
              type: 'object',
              required: ['due', 'by', 'to', 'instrument', 'what'],
              properties: { amount: orNull, quantity: orNull, unit: orNull, reckoned: orNull, grade: orNull },
            },
          },
          owed: { type: 'object', additionalProperties: string, description: 'money by party; obligations only' },
          unpriced: {
            type: 'array',
            description: 'owed too, in no sum: no price is stated, or none that can be reckoned',
          },
          possibilities: list,
          credits: list,
          shortfalls: list,
          exits: list,
        },
      },
    },
    run: async () => (await import('../run/deal-show.ts')).run,
  },
  {
    name: 'deal diff',
    group: 'deal',
    summary: 'what has changed between two versions of a contract, in what they mean',
    more: 'Instrument by instrument and milestone by milestone, with the difference of each amount and day. What has only been moved or written otherwise is no difference.',
    examples: [
      { line: 'deal diff CONTRACT OFFER', says: 'what the new offer changes, and what it adds to what is owed' },
    ],
    arguments: [
      { name: 'BEFORE', summary: 'file of the earlier version, or an id', required: true },
      { name: 'AFTER', summary: 'file of the later version, or an id', required: true },
    ],
    options: [],
    output: {
      schema: {
        type: 'object',
        required: ['before', 'after', 'currency', 'changes', 'owed'],
        properties: {
          before: string,
          after: string,
          currency: string,
          changes: {
            type: 'array',
            items: {
              type: 'object',
              required: ['path', 'change', 'before', 'after', 'difference'],
              properties: {
                path: string,
                change: { enum: ['added', 'removed', 'changed'] },
                before: orNull,
                after: orNull,
                difference: orNull,
              },
            },
          },
          owed: {
            type: 'array',
            items: {
              type: 'object',
              required: ['party', 'before', 'after', 'difference'],
              properties: { party: string, before: string, after: string, difference: string },
            },
          },
        },
      },
    },
    run: async () => (await import('../run/deal-diff.ts')).run,
  },
  {
    name: 'deal import',
    group: 'deal',
    summary: 'enter a contract into the log, or a new version of it',
    more: 'A file is read whole first: one with an error is refused, with line, reason and mend, and nothing that stands is touched. Each version stays in the log, with who entered it and when. A running instance does it, or the log is opened here; an empty folder becomes the live log. It says which log that was: what stands in the lab is in no sum of the live one. Entered once more, a contract whose text beside the log is gone or altered has it again.',
    examples: [{ line: 'deal import CONTRACT', says: 'enter it, or its new version' }],
    arguments: [{ name: 'CONTRACT', summary: 'file of the contract (YAML)', required: true }],
    options: [{ name: 'new', type: 'boolean', summary: 'enter it only where none of its id stands' }],
    output: {
      schema: {
        type: 'object',
        required: ['id', 'digest', 'changed', 'mended', 'log', 'origin', 'serious'],
        properties: {
          id: string,
          digest: { type: 'string', description: 'SHA-256 of the text' },
          changed: { type: 'boolean', description: 'false: it stood so already' },
          mended: { type: 'boolean', description: 'its text, which was gone or altered, lies beside the log again' },
          log: { enum: ['live', 'lab', 'sample'], description: 'the log in which it stands' },
          origin: { type: 'string', description: 'the name of that log' },
          serious: { type: 'integer', description: 'serious findings of the linter' },
        },
      },
    },
    run: async () => (await import('../run/deal-contracts.ts')).enter,
  },
  {
    name: 'deal list',
    group: 'deal',
    summary: 'the contracts in the log: what each is about and obliges to, its gaps, and what is due next',
    more: 'A contract whose text is gone or altered stands in the list by its name, with what is wrong and what to do; in JSON all that only its text says is null, and `unreadable` says why.',
    examples: [
      { line: 'deal list', says: 'those that stand' },
      { line: 'deal list --status signed', says: 'those that bind, without drafts, offers and what is only reported' },
    ],
    arguments: [],
    options: [
      {
        name: 'at',
        type: 'string',
        value: 'DAY',
        summary: 'those that stood at the end of this day, by what the log held then (default: now)',
      },
      STATUS,
    ],
    output: {
      schema: {
        type: 'array',
        items: {
          type: 'object',
          required: [
            'id',
            'title',
            'status',
            'term',
            'currency',
            'owed',
            'serious',
            'weak',
            'next_milestone',
            'next_exit',
            'unreadable',
          ],
        },
      },
    },
    run: async () => (await import('../run/deal-contracts.ts')).list,
  },
  {
    name: 'deal remove',
    group: 'deal',
    summary: 'take a contract out; its versions stay in the log',
    examples: [{ line: 'deal remove CONTRACT_ID', says: 'it draws nothing any more' }],
    arguments: [{ name: 'ID', summary: 'id of the contract', required: true }],
    options: [],
    output: {
      schema: { type: 'object', required: ['removed', 'id'], properties: { removed: { type: 'boolean' }, id: string } },
    },
    run: async () => (await import('../run/deal-contracts.ts')).remove,
  },
  {
    name: 'deal draw',
    group: 'deal',
    summary:
      'what charges have drawn of commitments and credits, what is owed for a shortfall, and what is to be expected',
    more: 'A charge is what one deployment came to in one day (UTC). What is to be expected is an interval (P10, P50, P90) drawn from the past, or "insufficient evidence". Options stand apart and are in no sum.',
    examples: [
      { line: 'deal draw', says: 'as of now' },
      { line: 'deal draw --at 2027-06-30 --growth 0.05', says: 'at the end of that day; usage grows by 5 % a month' },
    ],
    arguments: [],
    options: [
      {
        name: 'at',
        type: 'string',
        value: 'DAY',
        summary: 'seen from the end of this day; of a past one, by what the log held then (default: now)',
      },
      { name: 'growth', type: 'string', value: 'PART', summary: 'planned growth from month to month: 0.05 is 5 %' },
      STATUS,
    ],
    output: {
      schema: {
        type: 'object',
        required: ['at', 'growth', 'rows', 'possibilities', 'charges'],
        properties: {
          at: { type: 'integer' },
          growth: string,
          rows: list,
          possibilities: list,
          charges: { type: 'object' },
        },
      },
    },
    run: async () => (await import('../run/deal-draw.ts')).run,
  },
];
