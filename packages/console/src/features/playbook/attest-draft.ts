// What somebody attests, read by the kind of the fact: yes or no, a count, a day, a word or words. With what shows it, always.
import type { ControlInput } from '@weighbridge/protocol';
import { readDay } from '../moment.ts';
import type { FactRow } from './model.ts';

type Value = ControlInput<'attest'>['value'];

export interface AttestDraft {
  readonly value: string;
  readonly proof: string;
}
export const emptyAttest = (kind: FactRow['kind']): AttestDraft => ({ value: kind === 'flag' ? 'yes' : '', proof: '' });

export const ATTEST_SAYS: Readonly<Record<FactRow['kind'], string>> = {
  flag: 'Whether it is so.',
  count: 'How many: a whole number.',
  day: 'The day on which it was last done, such as 2026-10-31; not one to come.',
  word: 'In a word.',
  words: 'Each of them, with commas between, as the item names them.',
};

export type AttestReading =
  | { readonly ok: true; readonly input: ControlInput<'attest'> }
  | { readonly ok: false; readonly problems: { readonly value: string; readonly proof: string } };

const PROOF_NEEDED = 'Say what shows it: a document, a ticket, a message.';

export function readAttest(fact: string, kind: FactRow['kind'], draft: AttestDraft, now: number): AttestReading {
  const value = readValue(kind, draft.value.trim(), now);
  const proof = draft.proof.trim();
  const problem = typeof value === 'object' && !Array.isArray(value) && value !== null ? value.why : '';
  if (problem !== '' || proof === '')
    return { ok: false, problems: { value: problem, proof: proof === '' ? PROOF_NEEDED : '' } };
  return { ok: true, input: { fact, value: value as Value, proof } };
}

/** An attestation that is taken back leaves the fact unknown; that too needs a reason. */
export const readWithdrawal = (fact: string, proof: string): AttestReading =>
  proof.trim() === ''
    ? { ok: false, problems: { value: '', proof: 'Say why it is taken back.' } }
    : { ok: true, input: { fact, value: null, proof: proof.trim() } };

interface Unread {
  readonly why: string;
}

function readValue(kind: FactRow['kind'], text: string, now: number): Value | Unread {
  switch (kind) {
    case 'flag':
      return text === 'yes';
    case 'count':
      return /^\d{1,12}$/.test(text) ? Number(text) : { why: 'Write a whole number: 3.' };
    case 'day': {
      const day = readDay(text);
      if (day === null) return { why: 'Write a day: 2026-10-31.' };
      return day > now ? { why: 'That day is still to come.' } : text;
    }
    case 'word':
      return text === '' ? { why: 'Write a word.' } : text;
    case 'words': {
      const words = text
        .split(',')
        .map((word) => word.trim().toLowerCase().replace(/\s+/g, '_'))
        .filter((word) => word !== '');
      if (words.length === 0) return { why: 'Write at least one word.' };
      return words.some((word) => word.length > WORD_CHARS)
        ? { why: `A word has at most ${WORD_CHARS} characters.` }
        : words;
    }
  }
}
const WORD_CHARS = 80;
