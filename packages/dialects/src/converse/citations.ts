// Citations between Amazon's Converse and the Messages API: the same places under other names. What one side names and
// the other cannot (a place of a new kind) is left out, and the caller is told.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Citation.html
import { isRecord, listOf, recordOf, stringOf, type JsonRecord } from '../json-value.ts';

/** Places: the member of Converse's union, the type in Messages, and the names of its members on both sides. */
const PLACES: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  [
    'documentChar',
    'char_location',
    { documentIndex: 'document_index', start: 'start_char_index', end: 'end_char_index' },
  ],
  [
    'documentPage',
    'page_location',
    { documentIndex: 'document_index', start: 'start_page_number', end: 'end_page_number' },
  ],
  [
    'documentChunk',
    'content_block_location',
    { documentIndex: 'document_index', start: 'start_block_index', end: 'end_block_index' },
  ],
  [
    'searchResultLocation',
    'search_result_location',
    { searchResultIndex: 'search_result_index', start: 'start_block_index', end: 'end_block_index' },
  ],
  ['web', 'web_search_result_location', { url: 'url' }],
];

/** Undefined for a place that Messages has no type for. */
export function citationOfConverse(citation: unknown): JsonRecord | undefined {
  const said = recordOf(citation) ?? {};
  const location = recordOf(said['location']) ?? {};
  const place = PLACES.find(([member]) => isRecord(location[member]));
  if (place === undefined) return undefined;
  const [member, type, names] = place;
  const inner = recordOf(location[member]) ?? {};
  const cited = (listOf(said['sourceContent']) ?? []).map((one) => stringOf(recordOf(one)?.['text']) ?? '').join('');
  const title = stringOf(said['title']) ?? null;
  const document = member.startsWith('document');
  return {
    type,
    cited_text: cited,
    ...(document ? { document_title: title } : { title }),
    ...(member === 'searchResultLocation' ? { source: stringOf(said['source']) ?? '' } : {}),
    ...(member === 'web' ? { encrypted_index: '' } : {}),
    ...Object.fromEntries(Object.entries(names).map(([theirs, ours]) => [ours, inner[theirs] ?? null])),
  };
}

/** Undefined for a type that Converse has no place for. */
export function converseCitation(citation: unknown): JsonRecord | undefined {
  const said = recordOf(citation) ?? {};
  const place = PLACES.find(([, type]) => type === said['type']);
  if (place === undefined) return undefined;
  const [member, , names] = place;
  const title = stringOf(said['document_title']) ?? stringOf(said['title']);
  const source = stringOf(said['source']);
  return {
    ...(title === undefined ? {} : { title }),
    ...(source === undefined ? {} : { source }),
    sourceContent: [{ text: stringOf(said['cited_text']) ?? '' }],
    location: {
      [member]: Object.fromEntries(Object.entries(names).map(([theirs, ours]) => [theirs, said[ours]])),
    },
  };
}
