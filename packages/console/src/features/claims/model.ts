// Claims on screen: how many are shown by evidence and how many are words, each in its state with the rule that put it there.
import {
  parseFilter,
  type Claims,
  type ClaimRow,
  type EvidenceRow,
  type FilterKey,
  type FilterProblem,
  type Term,
} from '@weighbridge/protocol';
import type { ClaimColumn } from '../../app/register-search.ts';
import { prepareCount } from '../../parts/count/model.ts';
import type { Column } from '../../parts/data-table/model.ts';
import type { ProblemText } from '../../parts/problem/model.ts';
import { formatInstant } from '../../parts/when/model.ts';
import type { Fact } from '../call/model.ts';
import { momentNote } from '../moment.ts';
import { actorText } from '../settings/model.ts';
import {
  EVIDENCE_KINDS,
  figureText,
  MATERIALITIES,
  plainNote,
  quantityText,
  RELATIONS,
  ruleText,
  scopeText,
  sentence,
  STATE_ORDER,
  STATES,
  WEIGHTS,
  type ClaimState,
} from './words.ts';
import type { Headline } from '../headline.ts';

const NEVER = "Nothing is verified by a vendor's word: evidence alone moves a claim.";

/** `at`: the day that is shown; '' is now. */
export function claimsHeadline({ rows, conflicts }: Claims, at: string, now: number): Headline {
  const count = (state: ClaimState): number => rows.filter((row) => row.state === state).length;
  const always = (['verified', 'unverified', 'contradicted'] as const).map(
    (state) => `${prepareCount(count(state)).text} ${STATES[state].text}`,
  );
  const others = (
    [
      ['partially', 'verified in part'],
      ['reported', 'only reported'],
      ['expired', 'expired'],
    ] as const
  ).flatMap(([state, words]) => (count(state) === 0 ? [] : [`${prepareCount(count(state)).text} ${words}`]));
  const told = conflicts.length === 1 ? '1 headline is' : `${prepareCount(conflicts.length).text} headlines are`;
  return {
    first: `${prepareCount(rows.length).text} ${rows.length === 1 ? 'claim' : 'claims'}: ${[...always, ...others].join(', ')}.`,
    second: [momentNote(at, now), NEVER, conflicts.length === 0 ? null : `${told} told in ways that cannot all hold.`]
      .filter((text) => text !== null)
      .join(' '),
  };
}

/** What may be filtered by; `rows` give the values to offer. */
export const claimKeys = (rows: readonly ClaimRow[]): readonly FilterKey[] => [
  { key: 'state', kind: 'choice', about: 'what evidence makes of it', values: STATE_ORDER },
  { key: 'materiality', kind: 'choice', about: 'how much hangs on it', values: MATERIALITIES },
  { key: 'kind', kind: 'text', about: 'what it is', values: valuesOf(rows, ({ kind }) => kind) },
  {
    key: 'from',
    kind: 'choice',
    about: 'whether it comes with Weighbridge or was entered here',
    values: ['register', 'entered'],
  },
  { key: 'subject', kind: 'text', about: 'what it is said of', values: valuesOf(rows, ({ subject }) => subject) },
];

const valuesOf = (rows: readonly ClaimRow[], of: (row: ClaimRow) => string): readonly string[] => [
  ...new Set(rows.map(of)),
];

export interface FoundClaims {
  /** By how much hangs on each, then those that need somebody first. */
  readonly rows: readonly ClaimRow[];
  readonly problems: readonly FilterProblem[];
}

export function findClaims(rows: readonly ClaimRow[], text: string): FoundClaims {
  const { terms, problems } = parseFilter(text, claimKeys(rows));
  const found = rows.filter((row) => terms.every((term) => fits(row, term)));
  return { rows: found.toSorted((a, b) => weight(a) - weight(b)), problems };
}

/** A filter that names what is not there: said where the table would be. */
export const unreadClaims = ([first]: readonly FilterProblem[]): ProblemText => ({
  code: 'BAD_REQUEST',
  what: first?.why ?? 'The filter was not understood.',
  next: first?.next ?? 'take it out',
  requestId: null,
  retryable: false,
});

const weight = ({ materiality, state }: ClaimRow): number =>
  MATERIALITIES.indexOf(materiality) * STATE_ORDER.length + STATE_ORDER.indexOf(state);

function fits(row: ClaimRow, { key, values, negated }: Term): boolean {
  const words = `${row.text} ${row.metric} ${row.subject} ${row.id} ${row.source.title}`.toLowerCase();
  const own = key === null ? null : row[key as 'state' | 'materiality' | 'kind' | 'from' | 'subject'];
  const met = own === null ? values.every((value) => words.includes(value.toLowerCase())) : values.includes(own);
  return met !== negated;
}

export function claimColumns(
  hrefOfEntry: (id: string) => string,
): readonly (Column<ClaimRow> & { readonly key: ClaimColumn })[] {
  return [
    { key: 'text', title: 'Claim, verbatim', cell: ({ text }) => ({ kind: 'text', text: `“${text}”` }) },
    {
      key: 'state',
      title: 'State',
      cell: ({ state }) => ({ kind: 'badge', ...STATES[state], order: STATE_ORDER.indexOf(state) }),
    },
    {
      key: 'figure',
      title: 'Figure',
      align: 'right',
      sortable: false,
      cell: (row) => ({ kind: 'text', text: figureText(row) }),
    },
    {
      key: 'materiality',
      title: 'Matters',
      cell: ({ materiality }) => ({ kind: 'text', text: materiality, order: MATERIALITIES.indexOf(materiality) }),
    },
    { key: 'kind', title: 'Kind', cell: ({ kind }) => ({ kind: 'text', text: kind }) },
    { key: 'rule', title: 'Since', cell: ({ rule, says }) => ({ kind: 'text', text: says, short: ruleText(rule) }) },
    { key: 'source', title: 'Source', cell: ({ source }) => ({ kind: 'text', text: source.title, short: source.id }) },
    { key: 'snapshot', title: 'Snapshot', cell: (row) => ({ kind: 'text', ...snapshotText(row) }) },
    {
      key: 'evidence',
      title: 'Evidence',
      align: 'right',
      cell: ({ evidence }) => ({ kind: 'count', value: evidence.length }),
    },
    {
      key: 'runs_out',
      title: 'Runs out',
      cell: (row) => ({ kind: 'text', text: row.runs_out ?? 'nothing to run out' }),
    },
    {
      key: 'stated',
      title: 'In the log as',
      cell: ({ stated }) =>
        stated === null
          ? { kind: 'text', text: 'not stated' }
          : { kind: 'text', text: STATES[stated.state].text, href: hrefOfEntry(stated.entry) },
    },
    { key: 'subject', title: 'Said of', cell: ({ subject }) => ({ kind: 'text', text: subject }) },
  ];
}

const HASH_CHARS = 8;

const snapshotText = ({ source }: ClaimRow): { readonly text: string; readonly short?: string; readonly mono?: true } =>
  source.snapshot_sha256 === null
    ? { text: 'no snapshot kept' }
    : { text: source.snapshot_sha256, short: `${source.snapshot_sha256.slice(0, HASH_CHARS)}…`, mono: true };

export interface EvidenceText {
  readonly key: string;
  readonly kind: string;
  /** Whose word it is. */
  readonly author: string;
  readonly weight: (typeof WEIGHTS)[keyof typeof WEIGHTS];
  /** Why it weighs that. */
  readonly rule: string;
  readonly method: string;
  readonly facts: readonly Fact[];
  readonly entry: string;
  readonly entered: number;
}

export interface ClaimPanel {
  readonly title: string;
  readonly state: (typeof STATES)[ClaimState];
  readonly rule: string;
  /** When that will change by itself; empty where nothing does. */
  readonly ahead: string;
  readonly facts: readonly Fact[];
  readonly source: readonly Fact[];
  readonly url: string | null;
  readonly readings: readonly { readonly key: string; readonly says: string; readonly note: string }[];
  readonly evidence: readonly EvidenceText[];
  readonly history: readonly {
    readonly key: string;
    readonly at: number;
    readonly what: string;
    readonly why: string;
  }[];
  readonly stated: {
    readonly entry: string;
    readonly at: number;
    readonly what: string;
    readonly same: boolean;
  } | null;
}

export function claimPanel(row: ClaimRow): ClaimPanel {
  const { source, readings, state, stated } = row;
  return {
    title: row.id,
    state: STATES[state],
    rule: sentence(row.says),
    ahead: row.runs_out === null ? '' : `It rests on evidence that may be relied on up to ${row.runs_out}.`,
    facts: factsOf(row),
    source: [
      { name: 'Title', value: source.title },
      ...(source.outlet === '' ? [] : [{ name: 'Outlet', value: source.outlet }]),
      { name: 'Read on', value: source.captured_at ?? 'not said' },
      source.snapshot_sha256 === null
        ? { name: 'Snapshot', value: 'no snapshot kept' }
        : { name: 'Snapshot, SHA-256', value: source.snapshot_sha256, mono: true },
    ],
    url: safeUrl(source.url),
    readings: readings.map(({ says, value, relation, source: where }, i) => ({
      key: `${i} ${says}`,
      says,
      note: [value === null ? '' : quantityText(value, row.unit), (relation ?? '').replaceAll('-', ' '), where]
        .filter((text) => text !== '')
        .join('; '),
    })),
    evidence: row.evidence.map(evidenceText),
    history: row.history.map(({ at, from, to, says }) => ({
      key: `${at} ${to}`,
      at,
      what: from === null ? `entered as ${STATES[to].text}` : `${STATES[from].text} → ${STATES[to].text}`,
      why: sentence(says),
    })),
    stated:
      stated === null
        ? null
        : { entry: stated.entry, at: stated.at, what: STATES[stated.state].text, same: stated.state === state },
  };
}

/** Of the web, or not a link. */
const safeUrl = (url: string | null): string | null => (url !== null && /^https?:\/\//.test(url) ? url : null);

const factsOf = (row: ClaimRow): readonly Fact[] => [
  { name: 'Said of', value: row.subject },
  { name: 'Figure', value: figureText(row) || 'none' },
  ...(row.up_to ? [{ name: 'Up to', value: 'a ceiling: in no sum of what is owed' }] : []),
  { name: 'Of what', value: row.metric },
  { name: 'Kind', value: row.kind },
  { name: 'Matters', value: row.materiality },
  { name: 'Parties', value: row.parties.length === 0 ? 'none known' : row.parties.join(', ') },
  { name: 'Conditions', value: row.conditions.length === 0 ? 'none named' : row.conditions.join('; ') },
  { name: 'Scope', value: scopeText(row.scope) },
  { name: 'Told by several', value: row.corroborated ? 'yes: several outlets, which is no evidence' : 'no' },
  { name: 'Held since', value: row.from === 'register' ? 'it comes with Weighbridge' : 'it was entered here' },
  ...(row.note === null ? [] : [{ name: 'Note', value: plainNote(row.note) }]),
];

export const authorText = ({ author }: Pick<EvidenceRow, 'author'>): string =>
  author.kind === 'ourselves'
    ? 'ours'
    : author.kind === 'unknown'
      ? 'author not named'
      : `by ${author.name}${author.kind === 'outsider' ? ', who stands in no register' : ''}`;

const evidenceText = (piece: EvidenceRow): EvidenceText => ({
  key: piece.digest,
  kind: EVIDENCE_KINDS[piece.kind],
  author: authorText(piece),
  weight: WEIGHTS[piece.weight],
  rule: piece.why === null ? sentence(piece.says) : `${sentence(piece.says)} ${sentence(piece.why)}`,
  method: piece.method,
  facts: [
    {
      name: 'Author',
      value: piece.author.party === null ? piece.author.name : `${piece.author.name} (${piece.author.party})`,
    },
    { name: 'Stands to the claim as', value: RELATIONS[piece.relation] },
    { name: 'Seen', value: `${piece.period.from} to ${piece.period.until}` },
    { name: 'Relied on up to', value: piece.valid_until },
    { name: 'Says of itself', value: piece.result },
    { name: 'Scope', value: scopeText(piece.scope) },
    ...(piece.interval === null
      ? []
      : [
          {
            name: 'Interval',
            value: `${quantityText(piece.interval.low, null)} to ${quantityText(piece.interval.high, piece.interval.unit)}`,
          },
        ]),
    ...(piece.n === null ? [] : [{ name: 'Observations', value: prepareCount(piece.n).text }]),
    ...(piece.repeats_vendor ? [{ name: 'Repeats', value: 'what the vendor said' }] : []),
    { name: 'SHA-256', value: piece.digest, mono: true },
    { name: 'Entered', value: `${formatInstant(piece.entered)}, ${actorText(piece.by)}` },
  ],
  entry: piece.entry,
  entered: piece.entered,
});

/** Days on which evidence runs out, as moments to look at. */
export function expiries(rows: readonly ClaimRow[]): readonly { readonly title: string; readonly at: string }[] {
  const [first] = rows.flatMap(({ runs_out: day }) => (day === null ? [] : [day])).toSorted();
  if (first === undefined) return [];
  const after = new Date(Date.parse(`${first}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  return [{ title: 'When the next runs out', at: after }];
}
const DAY_MS = 86_400_000;

/** What the button offers that states them; null where the log says it all. */
export const unstatedText = (unstated: number): { readonly says: string; readonly button: string } | null =>
  unstated === 0
    ? null
    : {
        says: `${prepareCount(unstated).text} ${unstated === 1 ? 'claim is' : 'claims are'} not in the log as they are now. A statement is signed with the log, so that a seller or an auditor reads the same.`,
        button: `State ${prepareCount(unstated).text} in the log`,
      };
