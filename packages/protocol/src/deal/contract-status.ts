// How far a contract binds, in the words that every list shows. Only what is signed obliges: a draft and an offer would, once they are
// signed, and what is reported is what others say of others. No sum is made of two of them.

/** As the file writes it. */
export const CONTRACT_STATUSES = ['draft', 'offered', 'signed', 'reported', 'ended'] as const;
export type ContractStatus = (typeof CONTRACT_STATUSES)[number];

const WORDS: Readonly<Record<string, string>> = { offered: 'offer' };

/** `draft`, `offer`, `signed`, `reported`, `ended`. */
export const contractStatus = (status: string): string => WORDS[status] ?? status;

const OWES: Readonly<Record<string, string>> = { signed: 'owes', reported: 'is reported to owe', ended: 'owed' };

/** What stands in a draft is owed only once it is signed. */
export const owesWord = (status: string): string => OWES[status] ?? 'would owe';

/** Behind an amount that is not owed yet, or never was here; nothing behind one that is. */
export const notBinding = (status: string): string =>
  status === 'signed' ? '' : status === 'draft' || status === 'offered' ? 'once signed' : contractStatus(status);

/** `signed`: binds; a draft and an offer bind nobody yet; `reported`: known from the press alone. What has ended has none. */
export const STANDINGS = ['signed', 'offer', 'draft', 'reported'] as const;
export type Standing = (typeof STANDINGS)[number];
