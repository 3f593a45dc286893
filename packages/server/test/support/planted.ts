// Looks for planted words in what was written, in clear and in the encodings in which they travel: base64 wherever it
// begins, its form for addresses, percent-encoded, as hexadecimal digits, and as JSON writes them.

/** What of each planted word is looked for, by its name. */
export type Planted = ReadonlyMap<string, string>;

/** Shorter ones would be found by chance. */
const SHORTEST = 8;

/** The name and form of everything that was found. */
export function foundIn(text: string, planted: Planted): readonly string[] {
  const found: string[] = [];
  for (const [name, word] of planted) {
    if (word.length < SHORTEST) throw new Error(`${name} is too short to be looked for`);
    for (const [form, written] of formsOf(word)) if (text.includes(written)) found.push(`${name} (${form})`);
  }
  return found;
}

export function formsOf(word: string): readonly (readonly [string, string])[] {
  const bytes = Buffer.from(word);
  // Of a text that begins before it, the characters that only the word itself settles.
  const within = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = Math.ceil((before * 8) / 6);
    const whole = Math.floor(((before + bytes.length) * 8) / 6);
    return text.slice(first, whole);
  });
  const url = within.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const forms: (readonly [string, string])[] = [
    ['in clear', word],
    ['in JSON', JSON.stringify(word).slice(1, -1)],
    ['percent-encoded', encodeURIComponent(word)],
    ['hexadecimal', bytes.toString('hex')],
    ...within.map((text) => ['base64', text] as const),
    ...url.map((text) => ['base64url', text] as const),
  ];
  return forms.filter(([, text]) => text.length >= SHORTEST);
}
