// Parties: whoever is named must be one, and no party may belong to itself by a detour.
import { didYouMean } from '@weighbridge/kernel';
import type { DocumentPath, ProblemList } from '@weighbridge/document';
import type { Contract, Instrument } from './contract.ts';

/** Of each kind, the fields that name a party. */
const PARTY_FIELDS: { readonly [Kind in Instrument['kind']]: readonly string[] } = {
  spend: ['by', 'with'],
  capacity: ['provider', 'for'],
  option: ['holder', 'grantor'],
  investment: ['investor', 'into'],
  credit: ['holder', 'issuer'],
  exit: ['holder', 'from'],
  audit: ['holder', 'of'],
  sla: ['provider', 'for'],
  residency: ['owed_by'],
  security: ['owed_by'],
};

/** The party that a field of the instrument names. */
const namedIn = (instrument: Instrument, field: string): string =>
  String((instrument as unknown as Readonly<Record<string, unknown>>)[field]);

export function checkParties(contract: Contract, problems: ProblemList): void {
  const known = Object.keys(contract.parties);
  const mustBeKnown = (name: string, path: DocumentPath): void => {
    if (known.includes(name)) return;
    const near = didYouMean(name, known);
    const mend =
      near === undefined ? `name one of ${known.join(', ') || 'the parties of the file'}` : `did you mean ${near}?`;
    problems.error(path, `"${name}" is no party of this contract`, mend);
  };
  for (const [name, { parent }] of Object.entries(contract.parties))
    if (parent !== undefined) mustBeKnown(parent, ['parties', name, 'parent']);
  for (const [index, instrument] of contract.instruments.entries()) {
    const [first = '', second] = PARTY_FIELDS[instrument.kind];
    for (const field of PARTY_FIELDS[instrument.kind])
      mustBeKnown(namedIn(instrument, field), ['instruments', index, field]);
    if (second !== undefined && namedIn(instrument, first) === namedIn(instrument, second))
      problems.error(
        ['instruments', index, second],
        `"${namedIn(instrument, first)}" stands on both sides`,
        `name the other party as \`${second}\``,
      );
  }
  checkCircles(contract, problems);
}

function checkCircles({ parties }: Contract, problems: ProblemList): void {
  const told = new Set<string>();
  for (const start of Object.keys(parties)) {
    const way: string[] = [];
    let at: string | undefined = start;
    while (at !== undefined && !way.includes(at)) {
      way.push(at);
      at = parties[at]?.parent;
    }
    if (at !== start || told.has(start)) continue;
    for (const name of way) told.add(name);
    problems.error(
      ['parties', start, 'parent'],
      `${[...way, start].join(' belongs to ')}: a circle`,
      'leave out the parent of the one at the top',
    );
  }
}
