// What a scenario seeds the sample organisation with, read: its texts with days and amounts filled in, each marked as simulated. What
// is wrong is told at its place in the scenario file, before a sample is made of it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { DocumentPath, ProblemList } from '@weighbridge/document';
import { checkAuthor, checkFacts, mustBeOver, readClaim, readEvidence, type Claim } from '@weighbridge/governance';
import { isAppError } from '@weighbridge/kernel';
import { checkContract, dayText, questionnaire, type Contract } from '@weighbridge/ledger';
import { readScenario, SCENARIO_FILES, type Further, type Scenario, type Seeds } from '@weighbridge/planner';
import { DAY_MS } from '@weighbridge/protocol';
import { stringify } from 'yaml';
import { OWN_FACTS } from '../deal/attestation-store.ts';
import { reference } from '../deal/reference.ts';
import { DEFAULT_DEAL } from './sample-home.ts';

/** What days and amounts hang on. */
export interface Setting {
  /** Midnight of the last whole day, and of the day of the outage. */
  readonly last: number;
  readonly outage: number;
  /** Calls made, of those that the amounts are written for. */
  readonly share: number;
}

/** The seeds of one scenario, and what tells them from those of another. */
export interface SampleSeeds {
  /** As the scenario calls itself. */
  readonly name: string;
  readonly digest: string;
  readonly seeds: Seeds;
}

const NONE: Seeds = { contracts: {}, claims: {}, answers: [], evidence: [], attested: [] };

/** A scenario's text, and its name in messages. */
export interface DealSource {
  readonly file: string;
  readonly text: string;
}

/** Throws DEAL_INVALID. */
export function readSeeds(deal?: DealSource): SampleSeeds {
  const { file, text } = deal ?? { file: DEFAULT_DEAL, text: readFileSync(SCENARIO_FILES[DEFAULT_DEAL] ?? '', 'utf8') };
  return seedsOf(readScenario(file, text, checkSeeds));
}

export function seedsOf({ name, sample = NONE }: Pick<Scenario, 'name' | 'sample'>): SampleSeeds {
  const digest = createHash('sha256')
    .update(JSON.stringify([name, sample]))
    .digest('base64url');
  return { name, digest, seeds: sample };
}

/** So many days after that one. */
const dayAt = (from: number, days: number): string => dayText(from + days * DAY_MS);

const LEAST_RATE = 0.000_001;

/** `<day N>`, `<month N>`, `<outage N>`, `<usd N>`, `<rate N>` in any text of it. */
export function filled<Value>(value: Value, setting: Setting): Value {
  if (typeof value === 'string') return filledText(value, setting) as Value;
  if (Array.isArray(value)) return value.map((each: unknown) => filled(each, setting)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each, setting)])) as Value;
}

const filledText = (text: string, { last, outage, share }: Setting): string =>
  text
    .replaceAll(/<day (-?\d{1,4})>/g, (_, days: string) => dayAt(last, Number(days)))
    .replaceAll(/<month (-?\d{1,4})>/g, (_, days: string) => dayAt(last, Number(days)).slice(0, 7))
    .replaceAll(/<outage (-?\d{1,4})>/g, (_, days: string) => dayAt(outage, Number(days)))
    .replaceAll(/<usd (\d{1,12})>/g, (_, amount: string) => Math.max(1, Math.round(Number(amount) * share)).toFixed(2))
    .replaceAll(/<rate (\d{1,9}(?:\.\d{1,6})?)>/g, (_, price: string) =>
      Math.max(LEAST_RATE, Number(price) * share).toFixed(6),
    );

/** Noon of the day that a seed names. */
export const momentOf = (on: string, setting: Setting): number => Date.parse(`${filledText(on, setting)}T12:00:00Z`);

/** Nothing of the sample is to be read as somebody's real contract, claim or proof. */
export const marked = (text: string): string => (/simulated|invented/i.test(text) ? text : `${text} (simulated)`);

/** As a file of `contracts/` would hold it. */
export function contractText(id: string, given: Seeds['contracts'][string], scenario: string, at: Setting): string {
  const { version: _version, id: _id, title, ...rest } = filled(given, at);
  const whole = { version: 1, id, title: typeof title === 'string' ? marked(title) : title, ...rest };
  return `# Simulated, from the scenario ${scenario}: no such contract was ever made.\n${stringify(whole, { lineWidth: 120 })}`;
}

/** Throws BAD_REQUEST. */
export const claimOf = (given: Seeds['claims'][string], scenario: string, setting: Setting): Claim => {
  const { note, ...claim } = readClaim(filled(given, setting));
  const origin = `Simulated, from the scenario ${scenario}.`;
  return { ...claim, note: note === undefined ? origin : `${origin} ${note}`.slice(0, 600) };
};

/** Throws BAD_REQUEST. */
export function evidenceOf({ claim, evidence }: Seeds['evidence'][number], setting: Setting) {
  const digest = createHash('sha256')
    .update(`simulated: ${claim} ${JSON.stringify(evidence)}`)
    .digest('hex');
  const read = readEvidence({ digest, scope: {}, ...filled(evidence, setting) });
  return { ...read, method: marked(read.method).slice(0, 300) };
}

/** Any month: what is sound in one is sound in each, but for days that a contract holds fixed. */
const SOME_MONTH: Setting = { last: Date.UTC(2026, 10, 26), outage: Date.UTC(2026, 10, 19), share: 1 };

/** Everything that would keep a sample from being made of it. */
export const checkSeeds: Further = ({ name, sample }, problems) => {
  if (sample === undefined) return;
  const contracts = readContracts(sample, name, problems);
  /** By id, since when. */
  const claims = new Map(Object.keys(reference().register.claims).map((id) => [id, -Infinity]));
  for (const [id, given] of Object.entries(sample.claims)) {
    const path = ['sample', 'claims', id];
    if (claims.has(id))
      problems.error(path, `"${id}" is a claim of the register that ships`, 'give yours another id', 'key');
    else claims.set(id, -Infinity);
    told(path, problems, () => void claimOf(given, name, SOME_MONTH));
  }
  checkAnswers(sample, contracts, claims, problems);
  checkEvidence(sample, claims, problems);
  for (const [index, { fact, value }] of sample.attested.entries()) {
    const path = ['sample', 'attested', index];
    if (OWN_FACTS.has(fact))
      problems.error([...path, 'fact'], `"${fact}" is looked up by the product itself`, 'leave it out');
    else told(path, problems, () => checkFacts({ [fact]: filled(value, SOME_MONTH) }, reference().playbook));
  }
};

function readContracts(sample: Seeds, scenario: string, problems: ProblemList): ReadonlyMap<string, Contract> {
  const read = new Map<string, Contract>();
  for (const [id, given] of Object.entries(sample.contracts)) {
    const { value, problems: found } = checkContract(contractText(id, given, scenario, SOME_MONTH));
    if (value !== undefined) read.set(id, value);
    for (const { severity, path, message, mend } of found)
      if (severity === 'error') problems.error(['sample', 'contracts', id, ...partsOf(path)], message, mend);
  }
  return read;
}

/** `instruments[0].amount` as a path. */
const partsOf = (path: string): DocumentPath =>
  [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key = '']) => (index === undefined ? key : Number(index)));

function checkAnswers(
  sample: Seeds,
  contracts: ReadonlyMap<string, Contract>,
  claims: Map<string, number>,
  problems: ProblemList,
): void {
  for (const [index, { contract: id, on, answers }] of sample.answers.entries()) {
    const path = ['sample', 'answers', index];
    if (!Object.hasOwn(sample.contracts, id)) {
      problems.error([...path, 'contract'], `"${id}" is no contract of the sample`, 'name one of `contracts`');
      continue;
    }
    const contract = contracts.get(id);
    if (contract === undefined) continue;
    const questions = new Set([...questionnaire(), ...questionnaire(contract)].map((one) => one.id));
    for (const question of Object.keys(answers)) {
      if (!questions.has(question))
        problems.error(
          [...path, 'answers', question],
          `"${question}" is no question of the questionnaire`,
          '`weighbridge deal lint CONTRACT --questionnaire --all --json` names them',
          'key',
        );
      claims.set(`${id}:${question}`, momentOf(on, SOME_MONTH));
    }
  }
}

function checkEvidence(sample: Seeds, claims: ReadonlyMap<string, number>, problems: ProblemList): void {
  for (const [index, given] of sample.evidence.entries()) {
    const path = ['sample', 'evidence', index];
    const at = momentOf(given.on, SOME_MONTH);
    const since = claims.get(given.claim);
    if (since === undefined)
      problems.error(
        [...path, 'claim'],
        `"${given.claim}" is a claim neither of the register nor of the sample`,
        'name one of them, or an answer as CONTRACT:QUESTION',
      );
    else if (since > at)
      problems.error([...path, 'on'], 'it comes before the claim that it is about', 'write a later day');
    told(path, problems, () => {
      const evidence = evidenceOf(given, SOME_MONTH);
      mustBeOver(at, evidence);
      checkAuthor(evidence.author, reference().register);
    });
  }
}

function told(path: DocumentPath, problems: ProblemList, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isAppError(error) || error.code !== 'BAD_REQUEST') throw error;
    problems.error(path, error.message, 'correct what is named', 'key');
  }
}
