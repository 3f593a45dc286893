// A piece of evidence as somebody writes it: read field by field, each mistake said where it was made. What only the log can
// judge it refuses itself, and that is shown at the field that it speaks of.
import type { ClaimRow, Claims, ControlInput } from '@weighbridge/protocol';
import { formatDay } from '../../parts/when/model.ts';
import { readDay } from '../moment.ts';

export type EvidenceInput = ControlInput<'addEvidence'>;

/** Of the choices of an author, those that are no id of a party. */
export const OURSELVES = '(ourselves)';
export const OUTSIDER = '(outsider)';

export interface EvidenceDraft {
  readonly kind: EvidenceInput['kind'];
  /** `OURSELVES`, `OUTSIDER`, id of a party; '' where none is chosen yet. */
  readonly author: string;
  /** Of an author who stands in no register. */
  readonly name: string;
  readonly digest: string;
  readonly from: string;
  readonly until: string;
  readonly validUntil: string;
  readonly result: EvidenceInput['result'];
  readonly repeatsVendor: boolean;
  /** One dimension a line: `region: westeurope, northeurope`. */
  readonly scope: string;
  readonly n: string;
  readonly low: string;
  readonly high: string;
  readonly unit: string;
  readonly method: string;
}
export type EvidenceField = keyof EvidenceDraft;
export type EvidenceProblems = Readonly<Partial<Record<EvidenceField, string>>>;

/** A measurement is of the unit of the claim, and of what the claim names. */
export const emptyDraft = ({ unit, scope }: Pick<ClaimRow, 'unit' | 'scope'>): EvidenceDraft => ({
  kind: 'own_measurement',
  author: '',
  name: '',
  digest: '',
  from: '',
  until: '',
  validUntil: '',
  result: 'supports',
  repeatsVendor: false,
  scope: Object.entries(scope)
    .map(([dimension, values]) => `${dimension}: ${values.join(', ')}`)
    .join('\n'),
  n: '',
  low: '',
  high: '',
  unit: unit ?? '',
  method: '',
});

const DECIMAL = /^-?\d{1,18}(?:\.\d{1,12})?$/;
const DAY_NEEDED = 'Write a day: 2027-01-31.';

export type EvidenceReading =
  | { readonly ok: true; readonly input: EvidenceInput }
  | { readonly ok: false; readonly problems: EvidenceProblems };

export function readEvidenceDraft(claim: string, draft: EvidenceDraft, now: number): EvidenceReading {
  const scope = readScope(draft.scope);
  const problems: Partial<Record<EvidenceField, string>> = {
    ...dayProblems(draft, now),
    ...measureProblems(draft),
    ...authorProblems(draft),
    ...(/^[0-9a-f]{64}$/.test(draft.digest)
      ? {}
      : { digest: 'Drop the file, or write the 64 hexadecimal digits of its SHA-256.' }),
    ...(draft.method.trim() === '' ? { method: 'Say in a few words how it was seen.' } : {}),
    ...(scope === null ? { scope: 'Write a dimension, a colon and its values: region: westeurope, northeurope' } : {}),
  };
  if (Object.keys(problems).length > 0 || scope === null) return { ok: false, problems };
  const measured = draft.low !== '' || draft.high !== '';
  return {
    ok: true,
    input: {
      claim,
      kind: draft.kind,
      ...authorOf(draft),
      digest: draft.digest,
      period: { from: draft.from, until: draft.until },
      valid_until: draft.validUntil,
      scope,
      result: draft.result,
      repeats_vendor: draft.repeatsVendor,
      method: draft.method.trim(),
      ...(draft.n === '' ? {} : { n: Number(draft.n) }),
      ...(measured ? { interval: { low: draft.low, high: draft.high, unit: draft.unit.trim() } } : {}),
    },
  };
}

export interface AuthorChoice {
  readonly value: string;
  readonly title: string;
}

/** What we measured is ours; of a contract we may be a side; a report and a word are somebody else's. */
export const authorChoices = (kind: EvidenceDraft['kind'], parties: Claims['authors']): readonly AuthorChoice[] =>
  isMeasured(kind)
    ? []
    : [
        { value: '', title: 'Choose whose word it is' },
        ...(kind === 'contract_term' ? [{ value: OURSELVES, title: 'Ourselves: we signed it' }] : []),
        { value: OUTSIDER, title: 'Somebody who stands in no register' },
        ...parties.map(({ id, name }) => ({ value: id, title: name })),
      ];

function authorProblems({ kind, author, name }: EvidenceDraft): EvidenceProblems {
  if (isMeasured(kind)) return {};
  if (author === '' || (author === OURSELVES && kind !== 'contract_term'))
    return { author: 'Choose whose word it is: evidence without an author shows nothing.' };
  return author === OUTSIDER && name.trim() === '' ? { name: 'Write the name of who wrote it.' } : {};
}

function authorOf({ kind, author, name }: EvidenceDraft): Pick<EvidenceInput, 'author'> {
  if (isMeasured(kind)) return {};
  if (author === OURSELVES) return { author: 'ourselves' };
  return { author: author === OUTSIDER ? { outsider: name.trim() } : { party: author } };
}

function dayProblems({ from, until, validUntil }: EvidenceDraft, now: number): EvidenceProblems {
  const [begin, end, valid] = [readDay(from), readDay(until), readDay(validUntil)];
  return {
    ...(begin === null ? { from: DAY_NEEDED } : {}),
    ...(end === null
      ? { until: DAY_NEEDED }
      : begin !== null && end < begin
        ? { until: 'It ends before it begins.' }
        : end > now
          ? { until: `That is not over: today is ${formatDay(now)}. Evidence is of what was seen.` }
          : {}),
    ...(valid === null
      ? { validUntil: DAY_NEEDED }
      : end !== null && valid < end
        ? { validUntil: 'It would expire before its period ends.' }
        : {}),
  };
}

function measureProblems({ n, low, high, unit }: EvidenceDraft): EvidenceProblems {
  const problems: Partial<Record<EvidenceField, string>> = {};
  if (n !== '' && !/^[1-9]\d{0,11}$/.test(n)) problems.n = 'Write how many observations: 1440.';
  if (low === '' && high === '') return problems;
  if (!DECIMAL.test(low)) problems.low = 'Write a number: 0.21.';
  if (!DECIMAL.test(high)) problems.high = 'Write a number: 0.24.';
  else if (problems.low === undefined && Number(low) > Number(high)) problems.high = 'It lies below the lower end.';
  if (unit.trim() === '') problems.unit = 'Write the unit of the claim.';
  return problems;
}

const DIMENSION = /^[a-z][a-z0-9_]{0,39}$/;

/** Null for what cannot be read. */
export function readScope(text: string): Record<string, string[]> | null {
  const scope: Record<string, string[]> = {};
  for (const line of text.split(/[\n;]/)) {
    if (line.trim() === '') continue;
    const [name = '', list, ...more] = line.split(':').map((part) => part.trim());
    const values = (list ?? '')
      .split(',')
      .map((value) => value.trim())
      .filter((value) => value !== '');
    if (!DIMENSION.test(name) || values.length === 0 || more.length > 0 || Object.hasOwn(scope, name)) return null;
    scope[name] = values;
  }
  return scope;
}

const SPEAKS_OF: readonly (readonly [RegExp, EvidenceField])[] = [
  [/holds the name of|author\.outsider/, 'name'],
  [/author/, 'author'],
  [/under the digest|digest:/, 'digest'],
  [/not over|period/, 'until'],
  [/expire|valid_until/, 'validUntil'],
  [/interval/, 'low'],
  [/scope|combinations/, 'scope'],
  [/method/, 'method'],
  [/\bn:/, 'n'],
];

/** The field that a refusal of the log speaks of; null: of none. */
export const fieldOfRefusal = (code: string, what: string): EvidenceField | null =>
  code === 'BAD_REQUEST' ? (SPEAKS_OF.find(([pattern]) => pattern.test(what))?.[1] ?? null) : null;

/** Whether a kind of evidence is measured, so that the interval decides. */
export const isMeasured = (kind: EvidenceDraft['kind']): boolean => kind === 'own_measurement';
