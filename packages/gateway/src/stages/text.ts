// Text from outside on its way into an entry: well-formed and cut to its bound, so that a receipt is never lost for a
// vendor's string, and names in the order that RFC 8785 wants.
import { LIMITS } from '@weighbridge/kernel';

/** Well-formed and at most `LIMITS.field_bytes` characters; what is longer ends in an ellipsis. */
export function bounded(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.length <= LIMITS.field_bytes ? whole : `${whole.slice(0, LIMITS.field_bytes - 1).toWellFormed()}…`;
}

/** `bounded`, as JSON text. */
export const quoted = (text: string): string => JSON.stringify(bounded(text));

/** Sorts by UTF-16 code units, in place: for a handful of names this is several times cheaper than `sort`. */
function inOrder(names: string[]): string[] {
  if (names.length > FEW) return names.sort();
  for (let i = 1; i < names.length; i += 1) {
    const name = names[i] ?? '';
    let at = i;
    for (; at > 0 && (names[at - 1] ?? '') > name; at -= 1) names[at] = names[at - 1] ?? '';
    names[at] = name;
  }
  return names;
}

const FEW = 24;

/** Counts by name as canonical JSON. */
export function countsText(counts: Readonly<Partial<Record<string, number>>>): string {
  let text = '';
  for (const name of inOrder(Object.keys(counts))) {
    const count = counts[name];
    if (count !== undefined)
      text += `${text === '' ? '' : ','}${plainMember(name) ?? `${JSON.stringify(name)}:`}${count}`;
  }
  return `{${text}}`;
}

/**
 * A bag of texts as canonical JSON, of at most 32 names. Names are bounded before they are sorted, since that can change
 * their order; one that looks like an array index would jump the order, and `__proto__` would vanish, so these get a
 * prefix.
 */
export function sortedText(texts: Readonly<Record<string, string>>): string {
  let text = '';
  const names = inOrder(Object.keys(texts));
  if (names.length > LIMITS.tags_count) return JSON.stringify(sortedBag(texts));
  for (const name of names) {
    const member = plainMember(name);
    if (member === null) return JSON.stringify(sortedBag(texts));
    text += `${text === '' ? '' : ','}${member}${quoted(texts[name] ?? '')}`;
  }
  return `{${text}}`;
}

/** For names that cannot stand as they are. */
function sortedBag(texts: Readonly<Record<string, string>>): Record<string, string> {
  const named: Record<string, string> = {};
  for (const name in texts) named[bounded(UNSAFE_NAME.test(name) ? `#${name}` : name)] = texts[name] ?? '';
  const sorted: Record<string, string> = {};
  for (const name of inOrder(Object.keys(named)).slice(0, LIMITS.tags_count)) sorted[name] = bounded(named[name] ?? '');
  return sorted;
}

const UNSAFE_NAME = /^(?:\d|__proto__$)/;

/** `"name":` where the name is good as it is, else null. Nearly all come from a cloud's own list of evidence. */
function plainMember(name: string): string | null {
  const known = MEMBERS.get(name);
  if (known !== undefined) return known;
  if (UNSAFE_NAME.test(name) || bounded(name) !== name) return null;
  const member = `${JSON.stringify(name)}:`;
  if (MEMBERS.size < MEMBERS_MOST) MEMBERS.set(name, member);
  return member;
}

const MEMBERS_MOST = 512;
const MEMBERS = new Map<string, string>();
