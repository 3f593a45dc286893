// One call, prepared from its receipt: a sentence, what is odd about it, where its time went, why it went where it went,
// and what it cost line by line. Absent in a receipt means not applicable, null means unknown; both are shown as such.
import type {
  AttemptRecord,
  CallDetail,
  CallEnergy,
  CallPublic,
  Candidate,
  Charge,
  Decision,
  Outcome,
  RegionGrade,
  Usage,
  Who,
} from '@weighbridge/protocol';
import { deadlineWords, legOrigin, legResult } from '@weighbridge/protocol';
import { prepareCount, prepareTokens } from '../../parts/count/model.ts';
import type { Tone } from '../../parts/data-table/cell.ts';
import { formatDuration } from '../../parts/duration/model.ts';
import { moneyText, type MoneyValue } from '../../parts/money/model.ts';
import type { Phase } from '../../parts/timeline/model.ts';
import { CANDIDATE_WORDS } from '../candidate-words.ts';

export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly mono?: boolean;
  readonly grade?: RegionGrade;
}
export interface CallPage {
  readonly id: string;
  readonly entry: number;
  readonly at: number;
  readonly outcome: { readonly text: string; readonly tone: Tone };
  readonly headline: string;
  /** What a reader should not miss: another model, another region, a fallback, something lost. */
  readonly remarks: readonly { readonly tone: 'bad' | 'warn' | 'note'; readonly text: string }[];
  readonly phases: readonly Phase[];
  readonly asked: readonly Fact[];
  readonly served: readonly Fact[];
  readonly who: readonly Fact[];
  readonly decision: DecisionPart | null;
  readonly attempts: readonly AttemptRow[];
  readonly charges: readonly ChargeRow[];
  /** Digits behind the cents that the longest amount has. */
  readonly fineDigits: number;
  readonly cost: { readonly billed: MoneyValue; readonly list: MoneyValue; readonly contracted: MoneyValue } | null;
  readonly simulated: boolean;
}
export interface DecisionPart {
  readonly sentence: string;
  readonly rules: readonly string[];
  readonly config: string;
  readonly candidates: readonly CandidateRow[];
}
export interface CandidateRow {
  readonly deployment: string;
  readonly verdict: string;
  readonly tone: Tone;
  readonly reason: string;
}
export interface AttemptRow {
  readonly number: number;
  readonly deployment: string;
  readonly started: string;
  readonly result: string;
  readonly tone: Tone;
  readonly edits: readonly string[];
  readonly requestId: string | null;
  /** What a leg used that did not serve; null where nothing is known to be. */
  readonly took: string | null;
}
export interface ChargeRow {
  readonly key: string;
  readonly label: string;
  readonly quantity: string;
  /** Per million tokens, or per use. */
  readonly rate: string;
  readonly amount: MoneyValue;
  readonly source: string;
}

export const OUTCOME_TEXT: Readonly<Record<Outcome, { readonly text: string; readonly tone: Tone }>> = {
  completed: { text: 'completed', tone: 'good' },
  error: { text: 'error', tone: 'bad' },
  refused: { text: 'refused', tone: 'bad' },
  cut: { text: 'cut', tone: 'warn' },
  client_gone: { text: 'client gone', tone: 'quiet' },
  interrupted: { text: 'interrupted', tone: 'warn' },
};

export function prepareCall(receipt: CallDetail): CallPage | null {
  const { public: said, commercial, personal, decision, id, entry, at } = receipt;
  if (said === null) return null;
  const cost = commercial?.cost ?? null;
  const value = (amount: string | null): MoneyValue => ({
    amount,
    currency: cost?.currency ?? 'USD',
    ...(cost === null ? {} : { status: cost.status }),
  });
  return {
    id,
    entry,
    at,
    outcome: OUTCOME_TEXT[said.outcome],
    headline: headlineOf(said, cost === null ? null : moneyText(value(cost.billed), 'full')),
    remarks: remarksOf(said, decision, receipt.erased),
    phases: phasesOf(said),
    asked: askedFacts(said),
    served: servedFacts(said),
    who: whoFacts(personal?.who, receipt.erased),
    decision: decision === null ? null : decisionPart(decision),
    attempts: said.attempts.map(attemptRow),
    charges: (commercial?.charges ?? []).map((charge, i) => chargeRow(charge, i, said.attempts)),
    fineDigits: Math.max(
      0,
      ...(commercial?.charges ?? []).map(({ contracted }) => (contracted?.split('.')[1]?.length ?? 0) - 2),
    ),
    cost:
      cost === null ? null : { billed: value(cost.billed), list: value(cost.list), contracted: value(cost.contracted) },
    simulated: said.simulated,
  };
}

function headlineOf(said: CallPublic, billed: string | null): string {
  const { served, usage, timing } = said;
  const took = formatDuration(timing.ended - timing.started);
  if (served === null)
    return `Nothing was served: ${said.error?.message ?? OUTCOME_TEXT[said.outcome].text} (HTTP ${said.status}), after ${took}.`;
  const { status } = served.cache ?? {};
  if (status === 'hit' || status === 'joined')
    return `An answer of ${served.model_reported ?? served.model_requested} was given again in ${took}: nothing was used, and nothing is billed.`;
  const tokens =
    usage === null ? 'an unknown number of tokens' : `${prepareTokens(usage.tokens, usage.source).total.text} tokens`;
  const price = billed === null ? '' : billed === 'unpriced' ? 'No price is known for ' : `${billed} for `;
  const sentence = `${price}${tokens} of ${served.model_reported ?? served.model_requested}, served by ${served.deployment} in ${took}.`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function remarksOf(said: CallPublic, decision: Decision | null, erased: boolean): CallPage['remarks'] {
  const remarks: { tone: 'bad' | 'warn' | 'note'; text: string }[] = [];
  const { served, lost = [], error, parent, deadline } = said;
  if (error !== undefined) remarks.push({ tone: 'bad', text: `${error.code}: ${error.message}` });
  if (served !== null) {
    const { region, model_requested: requested, model_reported: reported } = served;
    if (region.reported !== null && !sameRegion(region.configured, region.reported))
      remarks.push({
        tone: 'bad',
        text: `The seller reported region ${region.reported}; the deployment is configured for ${region.configured}.`,
      });
    if (reported !== null && !sameModel(requested, reported))
      remarks.push({ tone: 'bad', text: `${requested} was asked for, and the answer says it came from ${reported}.` });
    if (served.fallback)
      remarks.push({ tone: 'warn', text: `${served.deployment} was not the first choice: see the attempts.` });
    if (served.capacity === 'spilled')
      remarks.push({ tone: 'warn', text: 'Reserved capacity was full, so this was billed on demand.' });
    const { status, receipt } = served.cache ?? {};
    if (status === 'hit' || status === 'joined')
      remarks.push({
        tone: 'note',
        text: `No cloud was asked: the answer is that of call ${receipt ?? 'unknown'}${status === 'hit' ? ', kept by the cache' : ', which was under way'}.`,
      });
  }
  if (deadline !== undefined)
    remarks.push({ tone: 'note', text: `Its caller could wait; ${deadlineWords(deadline)}.` });
  if (parent !== undefined)
    remarks.push({ tone: 'note', text: `A copy of call ${parent.call} (mirror): its answer was dropped.` });
  if (lost.length > 0) remarks.push({ tone: 'warn', text: `The translation could not carry: ${lost.join(', ')}.` });
  if (decision === null) remarks.push({ tone: 'warn', text: 'The decision behind this call is not in the journal.' });
  if (erased)
    remarks.push({ tone: 'note', text: 'Who asked was erased on request; the proof of the rest still holds.' });
  return remarks;
}

const plainName = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** A configured set (`eu-west-1,eu-central-1`, `global`, `eu`) holds what was reported. */
const sameRegion = (configured: string, reported: string): boolean =>
  configured === 'global' ||
  configured.split(/[,\s]+/).some((region) => plainName(reported).startsWith(plainName(region)));

/** Sellers add prefixes and dates to a model's name; those are the same model. */
const sameModel = (requested: string, reported: string): boolean => {
  const [one, other] = [plainName(requested), plainName(reported)];
  return one.includes(other) || other.includes(one);
};

function phasesOf({ attempts, timing }: CallPublic): Phase[] {
  const after = (at: number | undefined): number | null => (at === undefined ? null : Math.max(0, at - timing.started));
  const total = timing.ended - timing.started;
  const first = attempts[0]?.started_ms ?? null;
  const phases: Phase[] = [{ label: 'Admit and route', from: 0, to: first ?? total, tone: 'work' }];
  for (const [i, attempt] of attempts.entries()) {
    const last = i === attempts.length - 1;
    const failed = attempt.error !== undefined;
    const cut = attempt.dropped !== undefined;
    const next = attempts[i + 1]?.started_ms ?? total;
    const byte = after(timing.first_byte) ?? total;
    // Of two legs that ran side by side the one that was cut ended with the first content of the other.
    const end = cut ? (after(timing.first_token) ?? total) : last || !failed ? byte : next;
    const status = attempt.status === undefined ? '' : `HTTP ${attempt.status}`;
    phases.push({
      label: attempts.length === 1 ? 'Wait for the seller' : `Attempt ${i + 1}`,
      from: attempt.started_ms,
      to: failed && attempt.ttfb_ms !== undefined ? attempt.started_ms + attempt.ttfb_ms : end,
      tone: failed || cut ? 'bad' : 'wait',
      note: failed ? status : attempt.deployment,
    });
  }
  const [byte, token, end] = [after(timing.first_byte), after(timing.first_token), after(timing.last_token)];
  if (byte !== null && token !== null)
    phases.push({ label: 'First byte to first token', from: byte, to: token, tone: 'wait' });
  if (token !== null) {
    const chunks = timing.chunks === undefined ? '' : `${prepareCount(timing.chunks).text} chunks`;
    phases.push({ label: 'Stream', from: token, to: end ?? total, tone: 'stream', note: chunks });
  }
  phases.push({ label: 'Close and seal', from: end ?? byte, to: total, tone: 'seal' });
  return phases;
}

function askedFacts({ asked }: CallPublic): Fact[] {
  return [
    { name: 'Model', value: asked.alias },
    { name: 'Dialect', value: asked.surface },
    { name: 'Streamed', value: asked.stream ? 'yes' : 'no' },
    { name: 'Features', value: asked.features.length === 0 ? 'none' : asked.features.join(', ') },
    ...(asked.max_output_tokens === undefined
      ? []
      : [{ name: 'Output at most', value: `${prepareCount(asked.max_output_tokens).text} tokens` }]),
    { name: 'Request', value: `${prepareCount(asked.request_bytes).text} bytes` },
    // Of an invented call there was no body, and so nothing to digest.
    ...(asked.request_digest === ''
      ? []
      : [{ name: 'Digest of the request', value: asked.request_digest, mono: true }]),
  ];
}

function servedFacts({
  served,
  stop_reason: stop,
  response_bytes: bytes,
  response_digest: digest,
  usage,
  energy,
}: CallPublic): Fact[] {
  if (served === null) return [];
  const { region } = served;
  return [
    { name: 'Model, as reported', value: served.model_reported ?? 'not reported' },
    { name: 'Deployment', value: served.deployment },
    { name: 'Cloud', value: served.cloud },
    { name: 'Region', value: (region.reported ?? region.configured).split(',').join(', '), grade: region.grade },
    { name: 'Developer', value: served.developer },
    { name: 'Seller', value: served.seller },
    ...(served.biller === served.seller ? [] : [{ name: 'Biller', value: served.biller }]),
    ...(served.processor === served.seller ? [] : [{ name: 'Data processor', value: served.processor }]),
    { name: 'Tier', value: served.tier },
    { name: 'Capacity', value: served.capacity.replace('_', ' ') },
    { name: 'Usage', value: usage === null ? 'unknown' : usage.source },
    ...(energy === undefined ? [] : [{ name: 'Energy, estimated', value: energyText(energy) }]),
    ...(stop === undefined ? [] : [{ name: 'Stopped by', value: stop }]),
    ...(bytes === undefined ? [] : [{ name: 'Answer', value: `${prepareCount(bytes).text} bytes` }]),
    ...(digest === undefined ? [] : [{ name: 'Digest of the answer', value: digest, mono: true }]),
  ];
}

/** Three digits: more is not known. */
function energyText(energy: CallEnergy | null): string {
  if (energy === null) return 'not known';
  const rounded = (wh: number): string => String(Number(wh.toPrecision(3)));
  return `${rounded(energy.wh)} Wh (${rounded(energy.low)} to ${rounded(energy.high)}), ${energy.method}`;
}

const WHO = [
  'organisation',
  'team',
  'project',
  'cost_centre',
  'environment',
  'principal',
  'key',
  'end_user',
  'session',
  'trace',
  'trace_parent',
] as const;

function whoFacts(who: Who | undefined, erased: boolean): Fact[] {
  if (who === undefined) return [{ name: 'Who asked', value: erased ? 'erased' : 'not shown' }];
  const named = WHO.flatMap((name): Fact[] => {
    const value = who[name];
    if (value === undefined) return [];
    const title = name.charAt(0).toUpperCase() + name.slice(1).replace('_', ' ');
    return [{ name: title, value, mono: name === 'key' || name.startsWith('trace') || name === 'session' }];
  });
  const tags = Object.entries(who.tags ?? {}).map(([tag, value]): Fact => ({ name: `Tag ${tag}`, value }));
  return [...named, ...tags];
}

function decisionPart({ route, arm, strategy, policy, candidates, config }: Decision): DecisionPart {
  const rejected = candidates.filter(({ verdict }) => verdict === 'rejected').length;
  const where =
    route === '' ? 'No route takes this model' : `Route ${route} chose by ${strategy} among ${candidates.length}`;
  const dropped = rejected === 0 ? '' : `, ${rejected} of them rejected`;
  return {
    sentence: `${where}${dropped}${arm === undefined ? '' : `; arm ${arm}`}; policy: ${policy.verdict}.`,
    rules: policy.rules,
    config,
    candidates: candidates.map(candidateRow),
  };
}

const candidateRow = ({ deployment, verdict, reason }: Candidate): CandidateRow => ({
  deployment,
  verdict,
  tone: CANDIDATE_WORDS[verdict].tone,
  reason: reason ?? CANDIDATE_WORDS[verdict].why,
});

/** What a leg used that did not serve. */
const tookText = ({ tokens, source }: Usage): string =>
  `${Object.entries(tokens)
    .map(([name, value]) => `${prepareCount(value).text} ${name.replaceAll('_', ' ')}`)
    .join(', ')}${source === 'reported' ? '' : ` (${source})`}`;

function attemptRow(attempt: AttemptRecord, i: number): AttemptRow {
  const { error, dropped, status, fault, edits, vendor_request_id: requestId, usage } = attempt;
  const http = status === undefined ? 'no answer' : `HTTP ${status}`;
  const whose = fault === undefined ? '' : `, fault of the ${fault.replace('_', ' ')}`;
  return {
    number: i + 1,
    deployment: attempt.deployment,
    started: formatDuration(attempt.started_ms),
    result: [legOrigin(attempt), `${legResult(attempt)}, ${http}${whose}`].filter((part) => part !== '').join('; '),
    tone: error !== undefined ? 'bad' : dropped === undefined ? 'good' : 'warn',
    took: usage === undefined ? null : tookText(usage),
    edits,
    requestId: requestId ?? null,
  };
}

const MILLION = 6;

/** A price per token is read per million: the point moves six places, exactly. */
export function perMillion(unitPrice: string): string {
  const [whole = '0', fraction = ''] = unitPrice.split('.');
  const digits = fraction.padEnd(MILLION, '0');
  const moved = `${whole}${digits.slice(0, MILLION)}`.replace(/^0+(?=\d)/, '');
  const rest = digits.slice(MILLION).replace(/0+$/, '');
  return rest === '' ? moved : `${moved}.${rest}`;
}

const PER_USE = /^(web_search|web_fetch|code_execution|tool_search|file_search)$/;

function chargeRow(
  { token_class: name, quantity, unit_price: price, contracted, currency, leg, price: from, note }: Charge,
  i: number,
  attempts: readonly AttemptRecord[],
): ChargeRow {
  const className = prepareTokens({ [name]: 0 }).rows[0]?.label.replaceAll('_', ' ') ?? name;
  const elsewhere = leg === undefined ? undefined : attempts[leg]?.deployment;
  const perUse = PER_USE.test(name);
  const rate =
    price === null
      ? 'no price'
      : `${moneyText({ amount: perUse ? price : perMillion(price), currency })} per ${perUse ? 'use' : 'million'}`;
  const source =
    from === null
      ? 'no row in the price book'
      : `${from.row}${from.list_row === undefined ? '' : `, instead of ${from.list_row}`}`;
  return {
    key: String(i),
    label: elsewhere === undefined ? className : `${className}, at ${elsewhere}`,
    quantity: prepareCount(quantity).text,
    rate,
    amount: { amount: contracted, currency, ...(contracted === null ? { status: 'unpriced' } : {}) },
    source: note === undefined ? source : `${source}; ${note}`,
  };
}
