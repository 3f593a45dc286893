// Parties and links in words: those that ship and those that were entered here, which is never left open; and what a file of one's own
// would do before it is entered.
import type { CheckedRegister, LinkRow, PartyRow, RegisterView } from '@weighbridge/protocol';
import type { LinkColumn, PartyColumn } from '../../app/register-search.ts';
import type { Column } from '../../parts/data-table/model.ts';
import { prepareCount } from '../../parts/count/model.ts';
import { formatInstant } from '../../parts/when/model.ts';
import type { Fact } from '../call/model.ts';
import { counted } from '../contracts/words.ts';
import { faultText, type FaultText } from '../fault.ts';
import { actorText } from '../settings/model.ts';
import type { Headline } from '../headline.ts';

export function partiesHeadline({ parties, links, own }: RegisterView): Headline {
  const mine =
    parties.filter(({ from }) => from === 'own').length + links.filter((link) => link.from_register === 'own').length;
  return {
    first: `${counted(parties.length, 'party', 'parties')} and ${counted(links.length, 'link', 'links')}: ${mine === 0 ? 'all of them come with Weighbridge' : `${prepareCount(mine).text} of them entered here, the others come with Weighbridge`}.`,
    second:
      own === null
        ? 'What comes with Weighbridge is public, and as reported. What you know beside it goes into one file of your own.'
        : `Yours: ${own.title}, from ${own.file}, entered ${formatInstant(own.entered)} by ${actorText(own.by)}.`,
  };
}

const FROM: Readonly<Record<PartyRow['from'], string>> = { shipped: 'with Weighbridge', own: 'entered here' };
const from = (where: PartyRow['from']) =>
  ({ kind: 'badge', text: FROM[where], tone: where === 'own' ? 'note' : 'quiet' }) as const;
const words = (text: string): string => text.replaceAll('_', ' ');

export const PARTY_TABLE: readonly (Column<PartyRow> & { readonly key: PartyColumn })[] = [
  { key: 'name', title: 'Party', cell: ({ name }) => ({ kind: 'text', text: name }) },
  { key: 'parent', title: 'Owned by', cell: ({ parent }) => ({ kind: 'text', text: parent ?? '' }) },
  {
    key: 'kind',
    title: 'Kind',
    cell: ({ kind }) => ({ kind: 'text', text: kind === 'entity' ? 'legal entity' : 'category' }),
  },
  {
    key: 'identifiers',
    title: 'Identifiers',
    cell: ({ identifiers }) => ({
      kind: 'text',
      text: identifiers.map(({ scheme, value }) => `${scheme.toUpperCase()} ${value}`).join(', '),
    }),
  },
  { key: 'from', title: 'Where from', cell: (party) => from(party.from) },
  { key: 'source', title: 'Source', cell: ({ source }) => ({ kind: 'text', text: source }) },
  { key: 'id', title: 'Id', cell: ({ id }) => ({ kind: 'text', text: id, mono: true }) },
];

export const LINK_TABLE: readonly (Column<LinkRow> & { readonly key: LinkColumn })[] = [
  { key: 'from', title: 'Who', cell: ({ from_name: text }) => ({ kind: 'text', text }) },
  { key: 'type', title: 'Does what', cell: ({ type }) => ({ kind: 'text', text: words(type) }) },
  { key: 'to', title: 'Whom', cell: ({ to_name: text }) => ({ kind: 'text', text }) },
  { key: 'amount', title: 'Amount', cell: ({ amount }) => ({ kind: 'text', text: amount ?? '' }) },
  { key: 'status', title: 'Status', cell: ({ status }) => ({ kind: 'text', text: words(status) }) },
  { key: 'where', title: 'Where from', cell: (link) => from(link.from_register) },
  { key: 'source', title: 'Source', cell: ({ source }) => ({ kind: 'text', text: source }) },
  { key: 'id', title: 'Id', cell: ({ id }) => ({ kind: 'text', text: id, mono: true }) },
];

export interface PartyPanelText {
  readonly title: string;
  readonly facts: readonly Fact[];
  /** What joins it to others, as sentences. */
  readonly links: readonly { readonly key: string; readonly says: string }[];
}

export function partyPanel(
  party: PartyRow,
  { links, parties }: Pick<RegisterView, 'links' | 'parties'>,
): PartyPanelText {
  const { id, name, kind, parent, jurisdiction, identifiers, source, note, from: where } = party;
  const nameOf = (one: string): string => parties.find((each) => each.id === one)?.name ?? one;
  const facts: readonly (Fact | null)[] = [
    { name: 'Where from', value: where === 'own' ? FROM.own : 'comes with Weighbridge' },
    { name: 'Kind', value: kind === 'entity' ? 'legal entity' : 'stands for parties that no source names' },
    parent === null ? null : { name: 'Owned by', value: nameOf(parent) },
    jurisdiction === null ? null : { name: 'Incorporated in', value: jurisdiction },
    ...identifiers.map(({ scheme, value }) => ({ name: scheme.toUpperCase(), value })),
    { name: 'Source', value: source },
    note === null ? null : { name: 'Note', value: note },
    { name: 'Id', value: id },
  ];
  return {
    title: name,
    facts: facts.filter((fact) => fact !== null),
    links: links
      .filter((link) => link.from === id || link.to === id)
      .map(({ id: key, from_name: who, type, to_name: whom, amount, status }) => ({
        key,
        says: `${who} ${words(type)} ${whom}${amount === null ? '' : `, ${amount}`} (${words(status)})`,
      })),
  };
}

export interface VersionText {
  readonly key: string;
  readonly at: number;
  readonly title: string;
  readonly by: string;
  readonly changes: readonly ChangeText[];
  /** Said in place of changes, or of those that are not shown. */
  readonly none: string;
}
export interface ChangeText {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

const CHANGES_SHOWN = 40;

export function versionTexts({ versions, older }: Pick<RegisterView, 'versions' | 'older'>): readonly VersionText[] {
  const all = versions.length + older;
  return versions.map(({ entry, at, by, file, changes }, index) => ({
    key: entry,
    at,
    title: file === null ? `Version ${all - index}: taken out` : `Version ${all - index}`,
    by: file === null ? actorText(by) : `from ${file}, ${actorText(by)}`,
    changes: (changes ?? []).slice(0, CHANGES_SHOWN),
    none: noneText(changes),
  }));
}

function noneText(changes: RegisterView['versions'][number]['changes']): string {
  if (changes === null) return 'One of the two is in a form that is no longer read: its text still stands in the log.';
  if (changes.length === 0) return 'It says the same: only the writing is another.';
  const more = changes.length - CHANGES_SHOWN;
  return more > 0 ? `and ${counted(more, 'change', 'changes')} more` : '';
}

export type UploadText =
  | { readonly state: 'unsound'; readonly says: string; readonly faults: readonly FaultText[] }
  | {
      readonly state: 'sound';
      readonly says: string;
      readonly faults: readonly FaultText[];
      readonly enter: string;
      readonly changes: readonly ChangeText[];
      readonly more: string;
      /** Digest of the version that was seen; null: none stands. */
      readonly follows: string | null;
    };

export function uploadText(name: string, { problems, reading, replaces, changes }: CheckedRegister): UploadText {
  const faults = problems.map(faultText);
  if (reading === null) {
    const errors = faults.filter(({ severity }) => severity === 'error').length;
    return {
      state: 'unsound',
      says: `${name} cannot be entered yet: ${counted(errors, 'thing is', 'things are')} to be mended.`,
      faults,
    };
  }
  const parts = [
    counted(reading.parties, 'party', 'parties'),
    counted(reading.links, 'link', 'links'),
    counted(reading.watch, 'matter to watch', 'matters to watch'),
    counted(reading.steps, 'step of the playbook', 'steps of the playbook'),
    counted(reading.duties, 'duty', 'duties'),
    counted(reading.claims, 'claim'),
  ].join(', ');
  const over = replaces === null ? '' : ` It takes the place of ${replaces.title}, which stays in the log.`;
  return {
    state: 'sound',
    says: `${name} is sound: ${parts}.${over}`,
    faults,
    enter: replaces === null ? 'Enter this register' : 'Enter as the new version',
    changes: (changes ?? []).slice(0, CHANGES_SHOWN),
    more: changes === null ? 'What stands can no longer be read, so nothing is set beside it.' : noneText(changes),
    follows: replaces?.digest ?? null,
  };
}
