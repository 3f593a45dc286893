// The playground in words: whose call it is, how each answer stands, what it took, where it was served and what shows that.
// Figures come from the receipt once it is in the log; until then they are what the instance saw while it streamed.
import { PLAY_COLUMNS_MOST, usageTotals, type PlayAs, type RegionGrade } from '@weighbridge/protocol';
import { prepareCount } from '../../parts/count/model.ts';
import type { Tone } from '../../parts/data-table/cell.ts';
import { formatDuration } from '../../parts/duration/model.ts';
import { picoOf, sumOf, decimalOf } from '../../parts/money/decimal.ts';
import { moneyText, type MoneyValue } from '../../parts/money/model.ts';
import type { ProblemText } from '../../parts/problem/model.ts';
import { formatInstant } from '../../parts/when/model.ts';
import type { Fact } from '../call/model.ts';
import type { Headline } from '../headline.ts';
import { isRunning, type Run } from './run.ts';
import type { Round } from './store.ts';

/** What stands in the address: never what is asked. */
export interface PlayChosen {
  /** Id of whom it speaks for; empty: the first there is. */
  readonly as: string;
  /** Names, one for each column; empty: the first two there are. */
  readonly models: readonly string[];
  readonly max: string;
  readonly temperature: string;
}

export interface ChoiceText {
  readonly value: string;
  readonly text: string;
}

export interface PlayForm {
  readonly as: string;
  readonly asChoices: readonly ChoiceText[];
  readonly models: readonly string[];
  /** Of each column; one that may not be asked for stands among them while it is chosen. */
  readonly modelChoices: readonly string[];
  readonly more: boolean;
  /** Whom the calls are counted to. */
  readonly counted: string;
}

export function playForm(all: readonly PlayAs[], chosen: PlayChosen): PlayForm | null {
  const as = all.find(({ id }) => id === chosen.as) ?? all.find(({ key }) => key === chosen.as) ?? all[0];
  if (as === undefined) return null;
  const models = chosen.models.length === 0 ? as.models.slice(0, 2) : chosen.models.slice(0, PLAY_COLUMNS_MOST);
  return {
    as: as.id,
    asChoices: all.map((one) => ({ value: one.id, text: asText(one) })),
    models,
    modelChoices: [...new Set([...as.models, ...models])],
    more: models.length < PLAY_COLUMNS_MOST && as.models.length > 0,
    counted: `Counted to ${countedTo(as)}, under the policy and limits of key ${as.key}.`,
  };
}

/** The name alone where it says who it is. */
const asText = ({ id, key, team, project }: PlayAs): string =>
  [key, ...(team === null ? [] : [team]), ...(id === key || project === null ? [] : [project])].join(', ');

const countedTo = ({ team, project, cost_centre: centre }: PlayAs): string =>
  [
    team === null ? 'no team' : `team ${team}`,
    ...(project === null ? [] : [`project ${project}`]),
    ...(centre === null ? [] : [`cost centre ${centre}`]),
  ].join(', ');

export interface RunText {
  readonly key: string;
  readonly model: string;
  readonly running: boolean;
  readonly state: { readonly text: string; readonly tone: Tone };
  readonly simulated: boolean;
  readonly words: string;
  readonly thinking: string;
  /** What stands where no word has come. */
  readonly silence: string;
  readonly facts: readonly Fact[];
  readonly remarks: readonly string[];
  readonly problem: ProblemText | null;
  readonly call: string | null;
  /** `in the log`, or what became of it. */
  readonly receipt: string;
  /** Leads to the call once its receipt is in the log. */
  readonly href: string | null;
}

export function runText(run: Run, hrefOf: (path: string) => string): RunText {
  const { key, model, head, words, thinking, problem, call, sealing, receipt } = run;
  return {
    key,
    model,
    running: isRunning(run),
    state: stateOf(run),
    simulated: receipt?.public?.simulated ?? head?.simulated ?? false,
    words,
    thinking,
    silence: silenceOf(run),
    facts: factsOf(run),
    remarks: remarksOf(run),
    problem,
    call,
    receipt: RECEIPT[sealing],
    href: sealing === 'sealed' && call !== null ? hrefOf(`/calls/${call}`) : null,
  };
}

const RECEIPT: Readonly<Record<Run['sealing'], string>> = {
  no: '',
  waiting: 'The receipt is being sealed.',
  sealed: 'Receipt and proof',
  late: 'The receipt is not in the log yet; it will be among the calls.',
};

const STATES: Readonly<Record<Run['state'], { readonly text: string; readonly tone: Tone }>> = {
  waiting: { text: 'waiting for the first token', tone: 'quiet' },
  streaming: { text: 'answering', tone: 'note' },
  ended: { text: 'answered', tone: 'good' },
  refused: { text: 'no answer', tone: 'bad' },
  stopped: { text: 'stopped', tone: 'warn' },
};

const stateOf = (run: Run): RunText['state'] =>
  run.state === 'refused' && run.words !== '' ? { text: 'broke off', tone: 'bad' } : STATES[run.state];

function silenceOf({ state, words }: Run): string {
  if (words !== '' || state === 'refused') return '';
  if (state === 'ended') return 'It ended without a word of text.';
  return state === 'stopped' ? 'Stopped before the first word.' : '';
}

function factsOf(run: Run): Fact[] {
  const { head, end, receipt } = run;
  const said = receipt?.public ?? null;
  const served = said?.served ?? null;
  const cost = costOf(run);
  const region = regionOf(run);
  const total = said === null ? end?.ms : said.timing.ended - said.timing.started;
  const reported = served?.model_reported ?? null;
  return [
    ...factIf('First token', firstTokenOf(run), (ms) => formatDuration(ms)),
    ...factIf('Whole answer', total ?? null, (ms) => formatDuration(ms)),
    ...factIf('Tokens', tokensOf(run), (text) => text),
    ...factIf('Cost', cost, (value) => moneyText(value)),
    ...factIf('Deployment', served?.deployment ?? head?.deployment ?? null, (name) => name),
    ...factIf('Cloud', served?.cloud ?? head?.cloud ?? null, (name) => name),
    ...(region === null ? [] : [{ name: 'Region', value: region.name.split(',').join(', '), grade: region.grade }]),
    ...factIf('Model, as reported', reported, (name) => name),
    ...factIf('Capacity', served === null ? null : served.capacity, (name) => name.replace('_', ' ')),
  ];
}

const factIf = <T>(name: string, value: T | null, text: (value: T) => string): Fact[] =>
  value === null ? [] : [{ name, value: text(value) }];

const firstTokenOf = ({ receipt, firstMs }: Run): number | null => receipt?.public?.timing.ttft_ms ?? firstMs;

function tokensOf({ end, receipt }: Run): string | null {
  const usage = receipt?.public?.usage ?? null;
  const counted = (input: number, output: number): string =>
    `${prepareCount(input).text} in, ${prepareCount(output).text} out`;
  if (usage !== null && usage.source !== 'unknown') {
    const { prompt, completion } = usageTotals(usage);
    return `${counted(prompt, completion)}${usage.source === 'estimated' ? ', estimated' : ''}`;
  }
  if (end === null || end.input_tokens === null || end.output_tokens === null) return null;
  return counted(end.input_tokens, end.output_tokens);
}

function costOf({ receipt }: Run): MoneyValue | null {
  const cost = receipt?.commercial?.cost ?? null;
  return cost === null ? null : { amount: cost.billed, currency: cost.currency, status: cost.status };
}

function regionOf({ head, receipt }: Run): { readonly name: string; readonly grade: RegionGrade } | null {
  const served = receipt?.public?.served ?? null;
  if (served !== null) return { name: served.region.reported ?? served.region.configured, grade: served.region.grade };
  return head?.region === null || head === null
    ? null
    : { name: head.region.name, grade: head.region.grade as RegionGrade };
}

function remarksOf({ head, end, cut }: Run): readonly string[] {
  const lost = head?.lost ?? [];
  return [
    ...(head?.fallback === true ? ['Another deployment failed first.'] : []),
    ...(end?.stop === 'length' ? ['Cut by the ceiling of output tokens.'] : []),
    ...(lost.length === 0 ? [] : [`The translation could not carry: ${lost.join(', ')}.`]),
    ...(cut ? ['It said more than is kept here.'] : []),
  ];
}

/** Which answer was quickest and which cost least; until then what goes on. */
export function playHeadline(round: Round | undefined): Headline {
  if (round === undefined)
    return {
      first: 'Ask up to three models the same thing, side by side.',
      second:
        'Each call is weighed, limited, billed and sealed like any other. What is asked and answered is kept in this tab alone.',
    };
  const { runs } = round;
  const left = runs.filter(isRunning).length;
  if (left > 0) {
    const names = runs.map(({ model }) => model).join(', ');
    return { first: `Asking ${names}.`, second: `${runs.length - left} of ${runs.length} have ended.` };
  }
  const answered = runs.filter(({ state }) => state === 'ended');
  const others = runs.length - answered.length;
  const without = others === 0 ? '' : `${others === 1 ? 'One' : others} of ${runs.length} did not come to an answer.`;
  const [one] = answered;
  if (one === undefined) return { first: 'No answer came.', second: 'Why, what and what next stands with each.' };
  if (answered.length === 1) return { first: aloneText(one), second: without };
  return {
    first: againstText(answered),
    second: [totalText(answered), without].filter((part) => part !== '').join(' '),
  };
}

function aloneText(run: Run): string {
  const first = firstTokenOf(run);
  const cost = costOf(run);
  const began = first === null ? 'answered' : `began to answer after ${formatDuration(first)}`;
  return `${run.model} ${began}${cost === null ? '' : ` and cost ${moneyText(cost)}`}.`;
}

function againstText(answered: readonly Run[]): string {
  const quick = leastBy(answered, firstTokenOf);
  const cheap = leastBy(answered, (run) => picoOf(costOf(run)?.amount ?? ''));
  const parts = [
    ...(quick === null ? [] : [`${quick.model} began first, after ${formatDuration(firstTokenOf(quick))}`]),
    ...(cheap === null ? [] : [`${cheap.model} cost least, ${moneyText(costOf(cheap) ?? UNKNOWN)}`]),
  ];
  return parts.length === 0 ? `${answered.length} answers came.` : `${parts.join('; ')}.`;
}

const UNKNOWN: MoneyValue = { amount: null, currency: 'USD' };

/** Null where one of them does not know: the least of some would look like the least of all. */
function leastBy(runs: readonly Run[], valueOf: (run: Run) => number | bigint | null): Run | null {
  let least: { readonly run: Run; readonly value: number | bigint } | null = null;
  for (const run of runs) {
    const value = valueOf(run);
    if (value === null) return null;
    if (least === null || value < least.value) least = { run, value };
  }
  return least?.run ?? null;
}

function totalText(answered: readonly Run[]): string {
  const costs = answered.map(costOf);
  const [first] = costs;
  const { sum, unknown } = sumOf(costs.map((cost) => cost?.amount ?? null));
  if (unknown > 0 || first === null || first === undefined)
    return 'What they cost is known once their receipts are sealed.';
  return `Together they cost ${moneyText({ amount: decimalOf(sum), currency: first.currency })}.`;
}

export interface EarlierText {
  readonly id: number;
  readonly title: string;
  readonly prompt: string;
  readonly rows: readonly { readonly key: string; readonly cells: readonly string[]; readonly href: string | null }[];
}

const TITLE_CHARS = 80;

export const earlierText = ({ id, at, asked, runs }: Round, hrefOf: (path: string) => string): EarlierText => {
  const line = asked.prompt.trim().split('\n')[0] ?? '';
  return {
    id,
    title: `${formatInstant(at)}: ${line.length > TITLE_CHARS ? `${line.slice(0, TITLE_CHARS)}…` : line}`,
    prompt: asked.prompt,
    rows: runs.map((run) => {
      const { key, model, state, words, href } = runText(run, hrefOf);
      const cost = costOf(run);
      const first = firstTokenOf(run);
      const cells = [
        model,
        state.text,
        first === null ? '' : formatDuration(first),
        cost === null ? '' : moneyText(cost),
      ];
      return { key, cells: [...cells, words], href };
    }),
  };
};

/** What is asked with, once the form holds something that can be asked; null until then. */
export function askedOf(
  form: PlayForm | null,
  { max, temperature }: Pick<PlayChosen, 'max' | 'temperature'>,
  draft: { readonly system: string; readonly prompt: string },
): Round['asked'] | null {
  if (form === null || form.models.length === 0 || draft.prompt.trim() === '') return null;
  return {
    as: form.as,
    system: draft.system,
    prompt: draft.prompt,
    ...(max === '' ? {} : { max_output_tokens: Number(max) }),
    ...(temperature === '' ? {} : { temperature: Number(temperature) }),
  };
}
