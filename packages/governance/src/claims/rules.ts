// The rules by which evidence moves a claim, each with a test that names it. They are few and written out, since whoever is told
// that a seller's claim is contradicted will ask by which rule.
import type { ClaimKind } from './claim.ts';
import type { EvidenceKind } from './evidence.ts';

export const RULES = {
  // --- what one piece of evidence weighs
  'vendor-word': "a vendor's word about its own claim shows nothing",
  'repeats-vendor': 'a report that only passes on what the vendor said is the word of the vendor',
  'party-word': 'the word of a party to the claim shows nothing of it, whatever kind it comes as',
  'tied-word':
    'who is tied to a party to the claim speaks with its voice: that shows nothing, whatever kind it comes as',
  'author-unknown': 'nobody can say whose word it is, so it shows nothing',
  'party-denies':
    'a party to the claim says itself that it is not so: a reason for doubt, and no proof of the contrary',
  'kind-unfit': 'this kind of evidence cannot show this kind of claim',
  'out-of-scope': 'the evidence is about something that the claim does not cover, or leaves out what the claim names',
  'not-comparable': 'a measurement without count, interval or the unit of the claim cannot be held against its figure',
  straddles: 'the measured interval holds both figures that fit the claim and figures that do not: insufficient',
  'below-cap': 'what lies under an "up to" neither shows nor refutes it',
  inconclusive: 'the evidence says itself that it does not decide',
  supports: 'the evidence fits the claim',
  contradicts: 'the evidence does not fit the claim',
  lifted: 'later evidence at least as near, over the whole scope of the contradiction, shows the contrary',
  // --- what all of it together makes of the claim
  opening: 'no evidence counts: the claim is what it was when it was entered',
  denied:
    'a party to the claim itself denies it, and nothing that counts shows it: whether that serves the party nobody can tell',
  contradiction:
    'evidence that is not the vendor’s contradicts the claim in a part of its scope, and nothing later lifts it',
  'sources-differ': 'reports contradict the claim where other evidence supports it: nobody can say which is right',
  'covers-all': 'valid evidence that is not the vendor’s covers the whole scope of the claim',
  'covers-part': 'valid evidence that is not the vendor’s covers a part of the scope of the claim',
  'all-expired': 'all evidence that supported the claim has passed its date',
} as const;
export type RuleId = keyof typeof RULES;

/** What each kind of claim can be shown by. A contract says what is owed, never what is delivered. */
export const SHOWN_BY: Readonly<Record<ClaimKind, readonly EvidenceKind[]>> = {
  commitment: ['contract_term', 'independent_report', 'own_measurement'],
  option: ['contract_term', 'independent_report', 'own_measurement'],
  investment: ['contract_term', 'independent_report'],
  valuation: ['independent_report'],
  availability: ['own_measurement', 'independent_report'],
  roadmap: ['own_measurement', 'independent_report'],
  expectation: ['own_measurement', 'independent_report'],
};
