// Citations between Anthropic's (of a text block, by source) and Chat's annotations (of the answer, by position).
import { countOf, isRecord, listOf, recordOf, stringOf, type JsonRecord } from '../json-value.ts';

/** Web citations of a text that stands at `[start, end)` of the answer, as `url_citation` annotations. */
export function annotationsOf(citations: readonly unknown[], start: number, end: number): JsonRecord[] {
  return citations.flatMap((citation) => {
    const url = isRecord(citation) ? stringOf(citation['url']) : undefined;
    if (!isRecord(citation) || url === undefined) return [];
    const title = stringOf(citation['title']) ?? '';
    return [{ type: 'url_citation', url_citation: { url, title, start_index: start, end_index: end } }];
  });
}

/** `url_citation` annotations as web citations; `text` is what they point into. */
export function citationsOf(annotations: unknown, text: string): JsonRecord[] {
  return (listOf(annotations) ?? []).flatMap((annotation) => {
    const cited = recordOf(recordOf(annotation)?.['url_citation']);
    const url = stringOf(cited?.['url']);
    if (cited === undefined || url === undefined) return [];
    const start = countOf(cited['start_index']) ?? 0;
    const end = countOf(cited['end_index']) ?? text.length;
    return [
      {
        type: 'web_search_result_location',
        url,
        title: stringOf(cited['title']) ?? null,
        cited_text: text.slice(start, end),
        encrypted_index: '',
      },
    ];
  });
}
