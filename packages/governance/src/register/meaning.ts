// What a schema cannot see of a register: names that lead nowhere, parents in a circle, dates the wrong way round, amounts below
// zero, one id or one legal identifier for two things. Warnings say what is sound but cannot be relied on.
import { didYouMean } from '@weighbridge/kernel';
import type { DocumentPath, ProblemList } from '@weighbridge/document';
import type { Claim } from '../claims/claim.ts';
import type { Amount } from '../numbers/amount.ts';
import { reversed } from '../numbers/calendar.ts';
import { compare, fromDecimal } from '../numbers/rational.ts';
import type { Deployment, Figure, Hardware, Link, Party, Source } from './shape.ts';

/** What of a register is looked at; `Register` of register.ts is one. */
interface Named {
  readonly sources: Readonly<Record<string, Source>>;
  readonly parties: Readonly<Record<string, Party>>;
  readonly deployments: Readonly<Record<string, Deployment>>;
  readonly links: Readonly<Record<string, Link>>;
  readonly hardware: Readonly<Record<string, Hardware>>;
  readonly figures: Readonly<Record<string, Figure>>;
  readonly claims: Readonly<Record<string, Claim>>;
}

export function checkRegister(register: Named, problems: ProblemList): void {
  checkSharedIds(register, problems);
  for (const [id, party] of Object.entries(register.parties)) checkParty(id, party, register, problems);
  checkIdentifiers(register, problems);
  checkParents(register, problems);
  for (const [id, source] of Object.entries(register.sources))
    if (source.party !== undefined)
      mustKnow(['sources', id, 'party'], source.party, register.parties, 'party', problems);
  for (const [id, deployment] of Object.entries(register.deployments))
    checkDeployment(id, deployment, register, problems);
  for (const [id, link] of Object.entries(register.links)) checkLink(id, link, register, problems);
  for (const [id, hardware] of Object.entries(register.hardware)) checkHardware(id, hardware, register, problems);
  for (const [id, figure] of Object.entries(register.figures)) {
    mustKnow(['figures', id, 'source'], figure.source, register.sources, 'source', problems);
    checkEnds(['figures', id, 'high'], figure.low, figure.high, problems);
  }
  for (const [id, claim] of Object.entries(register.claims)) checkClaim(id, claim, register, problems);
}

/** A claim's subject is named by its id alone, so an id stands for one thing in the whole file. */
function checkSharedIds(register: Named, problems: ProblemList): void {
  const seen = new Map<string, string>();
  for (const section of ['parties', 'deployments', 'links', 'hardware', 'claims'] as const)
    for (const id of Object.keys(register[section])) {
      const first = seen.get(id);
      if (first !== undefined)
        problems.error([section, id], `"${id}" stands under \`${first}\` too`, 'give one of the two another id', 'key');
      else seen.set(id, section);
    }
}

function checkParty(id: string, party: Party, register: Named, problems: ProblemList): void {
  mustKnow(['parties', id, 'source'], party.source, register.sources, 'source', problems);
  if (party.parent !== undefined) {
    mustKnow(['parties', id, 'parent'], party.parent, register.parties, 'party', problems);
    if (register.parties[party.parent]?.kind === 'category')
      problems.error(
        ['parties', id, 'parent'],
        `"${party.parent}" is a category, and nobody is owned by a category`,
        'name the legal entity that owns it',
      );
  }
  if (party.identifiers.lei !== undefined && !isLei(party.identifiers.lei))
    problems.error(
      ['parties', id, 'identifiers', 'lei'],
      `the check digits of ${party.identifiers.lei} do not fit`,
      'copy the LEI again from the public index',
    );
  if (party.kind === 'category' && Object.keys(party.identifiers).length > 0)
    problems.error(
      ['parties', id, 'identifiers'],
      'a category has no legal identifier',
      'write `kind: entity`, or remove the identifiers',
    );
}

/** ISO 17442: letters as 10 to 35, and the whole leaves 1 when divided by 97. */
function isLei(text: string): boolean {
  const digits = text.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return BigInt(digits) % 97n === 1n;
}

function checkIdentifiers({ parties }: Named, problems: ProblemList): void {
  const holders = new Map<string, string>();
  for (const [id, { identifiers }] of Object.entries(parties))
    for (const [kind, value] of Object.entries(identifiers)) {
      const key = `${kind} ${value}`;
      const first = holders.get(key);
      if (first === undefined) holders.set(key, id);
      else
        problems.error(
          ['parties', id, 'identifiers', kind],
          `"${first}" has this ${kind.toUpperCase()} too`,
          'make one party of the two, or correct one of them',
        );
    }
}

function checkParents({ parties }: Named, problems: ProblemList): void {
  const told = new Set<string>();
  for (const start of Object.keys(parties)) {
    const way: string[] = [];
    let at: string | undefined = start;
    while (at !== undefined && parties[at] !== undefined && !way.includes(at) && !told.has(at)) {
      way.push(at);
      at = parties[at]?.parent;
    }
    const since = at === undefined || told.has(at) ? -1 : way.indexOf(at);
    if (since >= 0 && at !== undefined) {
      const circle = [...way.slice(since), at];
      problems.error(
        ['parties', at, 'parent'],
        `the parents go in a circle: ${circle.join(' → ')}`,
        'leave `parent` out of the one that nobody owns',
      );
    }
    for (const id of way) told.add(id);
  }
}

function checkDeployment(id: string, deployment: Deployment, register: Named, problems: ProblemList): void {
  mustKnow(['deployments', id, 'source'], deployment.source, register.sources, 'source', problems);
  for (const [role, holders] of Object.entries(deployment.roles))
    for (const [index, holder] of (holders ?? []).entries()) {
      const path = ['deployments', id, 'roles', role, index];
      mustKnow([...path, 'source'], holder.source, register.sources, 'source', problems);
      if (holder.party !== undefined) mustKnow([...path, 'party'], holder.party, register.parties, 'party', problems);
    }
  for (const role of ['seller_of_record', 'data_processor', 'sla_provider'] as const)
    if (deployment.roles[role] === undefined)
      problems.warning(
        ['deployments', id, 'roles'],
        `nobody is named as ${role}`,
        'ask the seller, and name the party with its source',
        'key',
      );
}

function checkLink(id: string, link: Link, register: Named, problems: ProblemList): void {
  const path = ['links', id];
  mustKnow([...path, 'from'], link.from, register.parties, 'party', problems);
  mustKnow([...path, 'to'], link.to, register.parties, 'party', problems);
  mustKnow([...path, 'source'], link.source, register.sources, 'source', problems);
  if (link.from === link.to)
    problems.error([...path, 'to'], `"${link.to}" would be linked with itself`, 'name the other party');
  if (link.amount !== undefined) checkAmount([...path, 'amount'], link.amount, problems);
  checkDates(path, 'ends', link.starts, link.ends, problems);
}

function checkAmount(path: DocumentPath, { value, currency, unit }: Amount, problems: ProblemList): void {
  if (value.startsWith('-'))
    problems.error([...path, 'value'], 'an amount is not below zero', 'turn the link round, or correct the sign');
  if ((currency === undefined) === (unit === undefined))
    problems.error(
      path,
      currency === undefined ? 'it does not say of what' : 'it is money and a quantity at once',
      'write either `currency: USD` or `unit: GW`',
      'key',
    );
}

function checkHardware(id: string, hardware: Hardware, register: Named, problems: ProblemList): void {
  mustKnow(['hardware', id, 'maker'], hardware.maker, register.parties, 'party', problems);
  mustKnow(['hardware', id, 'source'], hardware.source, register.sources, 'source', problems);
  checkDates(['hardware', id], 'arrives_by', hardware.arrives_from, hardware.arrives_by, problems);
}

function checkClaim(id: string, claim: Claim, register: Named, problems: ProblemList): void {
  const path = ['claims', id];
  const subjects = { ...register.parties, ...register.links, ...register.deployments, ...register.hardware };
  mustKnow([...path, 'subject'], claim.subject, subjects, 'party, link, deployment or hardware', problems);
  mustKnow([...path, 'source'], claim.source, register.sources, 'source', problems);
  for (const [index, reading] of claim.readings.entries())
    mustKnow([...path, 'readings', index, 'source'], reading.source, register.sources, 'source', problems);
  if (claim.value?.startsWith('-') === true && claim.currency !== undefined)
    problems.error([...path, 'value'], 'an amount of money is not below zero', 'correct the sign');
  if (claim.range !== undefined) checkEnds([...path, 'range', 'high'], claim.range.low, claim.range.high, problems);
  const figured = claim.value !== undefined || claim.range !== undefined;
  if (figured && (claim.currency === undefined) === (claim.unit === undefined))
    problems.error(path, 'its figure needs either a currency or a unit', 'write `currency: USD` or `unit: GW`', 'key');
  if (claim.up_to && claim.value === undefined)
    problems.error([...path, 'up_to'], 'it says "up to" without a figure', 'add `value`, or remove `up_to`');
  if (register.sources[claim.source]?.snapshot_sha256 === undefined && register.sources[claim.source] !== undefined)
    problems.warning(
      [...path, 'source'],
      `of "${claim.source}" no snapshot is kept, so nobody can check later what it said`,
      'keep a copy and add its `snapshot_sha256`',
    );
}

function checkEnds(path: DocumentPath, low: string, high: string, problems: ProblemList): void {
  if (compare(fromDecimal(low), fromDecimal(high)) > 0)
    problems.error(path, `the range ${low} to ${high} ends before it begins`, 'exchange the two ends');
}

function checkDates(
  path: DocumentPath,
  last: string,
  from: string | undefined,
  until: string | undefined,
  problems: ProblemList,
): void {
  if (from !== undefined && until !== undefined && reversed(from, until))
    problems.error([...path, last], `${until} lies before ${from}`, 'exchange the two dates');
}

function mustKnow(
  path: DocumentPath,
  name: string,
  known: Readonly<Record<string, unknown>>,
  what: string,
  problems: ProblemList,
): void {
  if (Object.hasOwn(known, name)) return;
  const near = didYouMean(name, Object.keys(known));
  problems.error(
    path,
    `"${name}" is no ${what} of this register`,
    near === undefined ? `add it, or name one that is there` : `did you mean "${near}"?`,
  );
}
