// Rows: the deal, claims and their evidence, duties and incidents, the playbook.
import type { Command, JsonSchema, Option } from '../frame/command.ts';

const string: JsonSchema = { type: 'string' };
const list: JsonSchema = { type: 'array' };
const AT: Option = {
  name: 'at',
  type: 'string',
  value: 'DAY',
  summary: 'as it is at the end of this day; of a past one, by what the log held then (default: now)',
};
const PROOF: Option = {
  name: 'proof',
  type: 'string',
  value: 'REF',
  summary: 'what shows it: ticket:NUMBER, message:ID, receipt:ID, tlog_proof:ID, document:NAME',
};

const object = (required: readonly string[]): JsonSchema => ({ type: 'object', required: [...required] });
const INCIDENT = object(['id', 'deployment', 'failure', 'state', 'duty', 'steps', 'deadlines', 'may']);

export const DEAL_RECORD_COMMANDS: readonly Command[] = [
  {
    name: 'deal claims',
    group: 'deal',
    summary:
      'what is said of the deal, word for word, in which state each claim is and why, and whether the headlines fit together',
    more: 'A state is worked out from evidence and the moment. A vendor’s word shows nothing, nor does that of whoever the register ties to it; evidence has to cover what the claim covers, and what it shows lasts until its date. Options ("up to") are in no sum.',
    examples: [
      { line: 'deal claims', says: 'all of them, conflicts, and the money against the gigawatt' },
      { line: 'deal claims dedicated-capacity-1gw', says: 'one, with its evidence and history' },
    ],
    arguments: [{ name: 'CLAIM', summary: 'id of one claim', required: false }],
    options: [AT],
    output: {
      schema: {
        anyOf: [
          object(['rows', 'conflicts', 'owed', 'check', 'unstated']),
          object(['id', 'state', 'says', 'evidence', 'history']),
        ],
      },
    },
    run: async () => (await import('../run/deal-claims.ts')).list,
  },
  {
    name: 'deal evidence',
    group: 'deal',
    summary: 'bring evidence to a claim; the log then states what the claim is',
    more: 'The file says `kind` (own_measurement, independent_report, contract_term, vendor_assertion), `author`, `digest` (SHA-256 of what was seen), `period: { from, until }`, `valid_until`, `scope`, `result` (supports, contradicts, inconclusive), `method`; a measurement also `n` and `interval: { low, high, unit }`. `author` is whose word it is: `{ party: ID }` of the register, `{ outsider: NAME }` for somebody who stands in none, or `ourselves` of a contract that you signed; what you measured is yours and needs none. What a party to the claim has written, or whoever the register ties to one, verifies nothing, whatever its kind. The same evidence again changes nothing; a claim takes 200 pieces at most.',
    examples: [{ line: 'deal evidence dedicated-capacity-1gw EVIDENCE', says: 'weigh this piece' }],
    arguments: [
      { name: 'CLAIM', summary: 'id of the claim', required: true },
      { name: 'EVIDENCE', summary: 'file of the evidence (YAML)', required: true },
    ],
    options: [],
    output: { schema: object(['id', 'state', 'rule', 'says', 'evidence', 'history']) },
    run: async () => (await import('../run/deal-claims.ts')).evidence,
  },
  {
    name: 'deal answers',
    group: 'deal',
    summary: 'enter a seller’s answers to the questionnaire, each as a claim',
    more: 'The file has a line for each question: its id, then the answer. An answer is a word: it stays unverified until evidence shows it.',
    examples: [{ line: 'deal answers HELD ANSWERS --by "Example Cloud Inc"', says: 'as they came back' }],
    arguments: [
      { name: 'ID', summary: 'id of the contract', required: true },
      { name: 'ANSWERS', summary: 'file of the answers (YAML)', required: true },
    ],
    options: [
      {
        name: 'by',
        type: 'string',
        value: 'WHO',
        summary: 'who answered: id of a party of the register, or a name (needed)',
      },
    ],
    output: {
      schema: { type: 'object', required: ['entered', 'unchanged'], properties: { entered: list, unchanged: list } },
    },
    run: async () => (await import('../run/deal-claims.ts')).answers,
  },
  {
    name: 'deal state',
    group: 'deal',
    summary: 'state in the log what each claim is now, for anybody who reads it',
    examples: [{ line: 'deal state', says: 'those that are not stated as they are' }],
    arguments: [],
    options: [],
    output: { schema: { type: 'object', required: ['stated'], properties: { stated: list } } },
    run: async () => (await import('../run/deal-claims.ts')).state,
  },
  {
    name: 'deal duties',
    group: 'deal',
    summary: 'who answers for what in each deployment, incidents and their clocks, matters of law to watch',
    examples: [
      { line: 'deal duties', says: 'deployments, incidents, what is overdue, the watch-list' },
      {
        line: 'deal duties --deployment claude-foundry-on-azure',
        says: 'who leads and who has to answer there, failure by failure',
      },
    ],
    arguments: [],
    options: [
      AT,
      { name: 'deployment', type: 'string', value: 'NAME', summary: 'of the configuration or of the register' },
    ],
    output: { schema: object(['kinds', 'deployments', 'incidents', 'overdue', 'watch']) },
    run: async () => (await import('../run/deal-duties.ts')).duties,
  },
  {
    name: 'deal incident',
    group: 'deal',
    summary: 'open an incident (the map says who leads, who has to answer, and by when), or take one a step further',
    more: 'Failures: availability, latency, wrong_region, model_drift, safety_filter, data_leak, billing_error, key_compromise, retired_model. Steps: acknowledged, counterparty_notified, authority_informed, resolved, closed; a step out of order is refused.',
    examples: [
      { line: 'deal incident open claude-foundry-on-azure availability --proof ticket:OPS-17', says: 'its clock runs' },
      { line: 'deal incident step INCIDENT_ID acknowledged --proof ticket:OPS-17', says: 'somebody has it' },
    ],
    arguments: [
      { name: 'ACTION', summary: 'open or step', required: true, choices: ['open', 'step'] },
      { name: 'WHAT', summary: 'the deployment where one is opened; else id of the incident', required: true },
      { name: 'WHICH', summary: 'the failure; else the step that was taken', required: true },
    ],
    options: [
      PROOF,
      {
        name: 'serious',
        type: 'boolean',
        summary: 'in the sense of the law that the clock names: an authority is to be informed',
      },
      { name: 'note', type: 'string', value: 'TEXT', summary: 'what is known' },
    ],
    output: { schema: INCIDENT },
    run: async () => (await import('../run/deal-duties.ts')).incident,
  },
  {
    name: 'deal playbook',
    group: 'deal',
    summary: 'the buyer’s checklist and work, graded by what is shown',
    more: 'What the product knows it hands in by itself (contracts, claims, calls, the configuration); the rest is attested by people, with what shows it. Unknown is never done.',
    examples: [{ line: 'deal playbook', says: 'what is done, what is not, what comes next and who' }],
    arguments: [],
    options: [AT],
    output: { schema: object(['items', 'groups', 'all', 'facts']) },
    run: async () => (await import('../run/deal-duties.ts')).playbook,
  },
  {
    name: 'deal attest',
    group: 'deal',
    summary: 'attest a fact of the playbook, with what shows it',
    more: 'VALUE is true or false, a count, a day, a word, or words with commas between; `unknown` takes it back. A day is one that has been. What the product knows by itself nobody’s word changes.',
    examples: [
      { line: 'deal attest exit_drill_at 2026-11-20 --proof document:exit-drill.pdf', says: 'leaving was drilled' },
    ],
    arguments: [
      { name: 'FACT', summary: 'name of the fact, as `deal playbook --json` has it', required: true },
      { name: 'VALUE', summary: 'what is attested', required: true },
    ],
    options: [PROOF],
    output: {
      schema: {
        type: 'object',
        required: ['fact', 'changed'],
        properties: { fact: string, changed: { type: 'boolean' } },
      },
    },
    run: async () => (await import('../run/deal-duties.ts')).attest,
  },
];
