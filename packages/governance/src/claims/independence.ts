// Whether the author of a piece of evidence has no part in the claim, on one day, by the register as it then stands. A party to the
// claim is no witness of it, nor is whoever the register ties to one, by whatever link; the answer names the way from the one to
// the other, so that whoever disagrees sees which link to argue about. An author whom nobody knows is never independent.
import type { Register } from '../register/register.ts';
import { LINK_TYPES, type Link, type LinkType } from '../register/shape.ts';
import { linkedGroups, tiesOf, type Tie } from '../register/linked-groups.ts';
import { holdsName, nameKey, partiesNamed, type Author } from './author.ts';
import type { Claim } from './claim.ts';
import { authorOf, type Evidence } from './evidence.ts';

export type Relation = 'ourselves' | 'independent' | 'party' | 'tied' | 'unknown';

export interface AuthorStanding {
  readonly author: Author | null;
  readonly relation: Relation;
  /** What makes it no independent word: `Microsoft invests in Anthropic since 2025-11-18`; null for ourselves and the independent. */
  readonly why: string | null;
}

/** `on`: a day, UTC. */
export function independence(claim: Claim, register: Register, on: string): (piece: Evidence) => AuthorStanding {
  const parties = partiesOf(claim, register);
  const known = new Map<string, Found>();
  return (piece) => {
    const author = authorOf(piece);
    if (author === undefined) return { author: null, relation: 'unknown', why: 'its author is not named' };
    if (author === 'ourselves') return { author, relation: 'ourselves', why: null };
    const seenUntil = piece.period.until;
    const key = JSON.stringify([author, seenUntil]);
    const found = known.get(key) ?? standingOf(author, parties, register, on, seenUntil);
    known.set(key, found);
    const { relation, why } = found;
    return { author, relation, why: why === null || why.length <= WHY_MOST ? why : `${why.slice(0, WHY_MOST)}…` };
  };
}

/** Characters: a statement repeats it for each piece of evidence, and a way through a register may be long. */
const WHY_MOST = 300;

interface Parties {
  /** By id, and how each is one. */
  readonly ids: ReadonlyMap<string, string>;
  /** Of those that stand in no register: whoever has one of them in its own name is of that party. */
  readonly names: ReadonlySet<string>;
  /** What the subject and the source are called, which need not be anybody. */
  readonly words: ReadonlySet<string>;
}

type Found = Omit<AuthorStanding, 'author'>;
const INDEPENDENT: Found = { relation: 'independent', why: null };
const unknown = (why: string): Found => ({ relation: 'unknown', why });

function standingOf(
  author: Exclude<Author, 'ourselves'>,
  parties: Parties,
  register: Register,
  on: string,
  seenUntil: string,
): Found {
  if ('party' in author) return partyStanding(author.party, parties, register, on, seenUntil);
  const key = nameKey(author.outsider);
  if (parties.words.has(key) || [...parties.names].some((name) => holdsName(key, name)))
    return { relation: 'party', why: `${author.outsider} is a party to the claim` };
  for (const id of partiesNamed(author.outsider, register)) {
    const { relation, why } = partyStanding(id, parties, register, on, seenUntil);
    if (why !== null) return { relation, why: `"${author.outsider}" is ${nameOf(register, id)}: ${why}` };
  }
  return untied(register);
}

/** Nobody is known to be without ties while the register that would name them cannot be read. */
const untied = (register: Register): Found =>
  register.unread === true
    ? unknown('your own register cannot be read, so nobody can say who is tied to whom')
    : INDEPENDENT;

function partyStanding(id: string, parties: Parties, register: Register, on: string, seenUntil: string): Found {
  const party = Object.hasOwn(register.parties, id) ? register.parties[id] : undefined;
  if (party === undefined) return unknown(`"${id}" is no party of the register as it stands`);
  if (party.kind === 'category')
    return unknown(`${party.name} stands for many, and the evidence does not say for whom`);
  const how = parties.ids.get(id);
  if (how !== undefined) return { relation: 'party', why: how };
  const now = wayBetween(id, parties, dayIn(register, on));
  if (now !== undefined) return { relation: 'tied', why: wayText(now, register) };
  // A stake that was sold since does not make independent what was seen while it was held.
  const then = seenUntil < on ? wayBetween(id, parties, dayIn(asOfThen(register), seenUntil)) : undefined;
  return then === undefined
    ? untied(register)
    : { relation: 'tied', why: `${wayText(then, register)} (on ${seenUntil}, the last day of what was seen)` };
}

const nameOf = ({ parties }: Register, id: string): string =>
  Object.hasOwn(parties, id) ? (parties[id]?.name ?? id) : id;

/** Whose claim it is, or whom it binds: what its subject names, who published it, and whom it names itself. */
function partiesOf(claim: Claim, register: Register): Parties {
  const ids = new Map<string, string>();
  const names = new Set<string>();
  const add = (id: string | undefined, how: (name: string) => string): void => {
    if (id !== undefined && !ids.has(id)) ids.set(id, how(nameOf(register, id)));
  };
  const own = <Value>(section: Readonly<Record<string, Value>>): Value | undefined =>
    Object.hasOwn(section, claim.subject) ? section[claim.subject] : undefined;
  if (own(register.parties) !== undefined) add(claim.subject, (name) => `the claim is about ${name}`);
  const link = own(register.links);
  if (link !== undefined)
    for (const id of [link.from, link.to]) add(id, (name) => `${name} is a side of ${claim.subject}`);
  for (const [role, holders] of Object.entries(own(register.deployments)?.roles ?? {}))
    for (const { party } of holders ?? [])
      add(party, (name) => `${name} is ${role.replaceAll('_', ' ')} of ${claim.subject}`);
  add(own(register.hardware)?.maker, (name) => `${name} makes ${claim.subject}`);
  for (const id of publishersOf(claim, register)) add(id, (name) => `${name} published the claim`);
  for (const told of claim.parties ?? []) {
    for (const id of partiesTold(told, register)) add(id, (name) => `${name} is a party to what the claim is about`);
    names.add(nameKey(told));
  }
  return { ids, names, words: new Set([nameKey(claim.subject), nameKey(claim.source)]) };
}

function publishersOf({ source: id }: Claim, register: Register): readonly string[] {
  const source = Object.hasOwn(register.sources, id) ? register.sources[id] : undefined;
  if (source?.party !== undefined) return [source.party];
  return partiesNamed(source?.outlet ?? id, register).filter((found) => register.parties[found]?.kind !== 'category');
}

/** Names of whom the claim binds or whose word it is, as far as anybody says. */
export const partyNames = (claim: Claim, register: Register): readonly string[] => {
  const found = [...partiesOf(claim, register).ids.keys()].map((id) => nameOf(register, id));
  const others = (claim.parties ?? []).filter((told) => partiesTold(told, register).length === 0);
  return [...new Set([...found, ...others])];
};

const partiesTold = (told: string, register: Register): readonly string[] =>
  Object.hasOwn(register.parties, told) ? [told] : partiesNamed(told, register);

interface Day {
  readonly ties: readonly Tie[];
  /** The linked group of each party that is in one. */
  readonly groupOf: ReadonlyMap<string, string>;
}

const DAYS_MOST = 512;
const days = new WeakMap<Register, Map<string, Day>>();

/** Of a register that is never altered, so that a page of claims asks for each day once. */
function dayIn(register: Register, on: string): Day {
  const known = days.get(register) ?? new Map<string, Day>();
  days.set(register, known);
  const before = known.get(on);
  if (before !== undefined) return before;
  if (known.size >= DAYS_MOST) known.clear();
  const joining = { types: LINK_TYPES, on };
  const groups = linkedGroups(register, joining);
  const day: Day = {
    ties: tiesOf(register, joining),
    groupOf: new Map(groups.flatMap(({ id, members }) => members.map((member) => [member, id] as const))),
  };
  known.set(on, day);
  return day;
}

const asHeld = new WeakMap<Register, Register>();

/** A link that is over by now was not over then: its dates alone say when it held. */
function asOfThen(register: Register): Register {
  const before = asHeld.get(register);
  if (before !== undefined) return before;
  const links = Object.entries(register.links).map(([id, link]): [string, Link] => [
    id,
    link.status === 'ended' ? { ...link, status: 'reported' } : link,
  ]);
  const lifted = { ...register, links: Object.fromEntries(links) };
  asHeld.set(register, lifted);
  return lifted;
}

interface Way {
  readonly ties: readonly Tie[];
}

/** The shortest way from an author to a party to the claim; undefined where none leads there. */
function wayBetween(from: string, { ids }: Parties, { ties, groupOf }: Day): Way | undefined {
  const group = groupOf.get(from);
  if (group === undefined || ![...ids.keys()].some((id) => groupOf.get(id) === group)) return undefined;
  const came = new Map<string, { readonly tie: Tie; readonly from: string } | null>([[from, null]]);
  let edge: ReadonlySet<string> = new Set([from]);
  while (edge.size > 0) {
    const reached = [...edge].find((id) => ids.has(id));
    if (reached !== undefined) return { ties: walkedTo(reached, came) };
    const next = new Set<string>();
    for (const tie of ties)
      for (const [here, there] of [tie.ends, tie.ends.toReversed() as [string, string]])
        if (edge.has(here) && !came.has(there)) {
          came.set(there, { tie, from: here });
          next.add(there);
        }
    edge = next;
  }
  return undefined;
}

function walkedTo(
  reached: string,
  came: ReadonlyMap<string, { readonly tie: Tie; readonly from: string } | null>,
): readonly Tie[] {
  const ties: Tie[] = [];
  for (let step = came.get(reached); step !== undefined && step !== null; step = came.get(step.from))
    ties.unshift(step.tie);
  return ties;
}

const VERBS: Readonly<Record<LinkType, string>> = {
  invests_in: 'invests in',
  supplies: 'supplies',
  hosts: 'hosts',
  distributes: 'distributes for',
  buys_from: 'buys from',
  co_engineers_with: 'co-engineers with',
};

const wayText = ({ ties }: Way, register: Register): string =>
  ties
    .map(({ link, ends }) => {
      const [from, to] = ends.map((id) => nameOf(register, id));
      if (link === null) return `${from} belongs to ${to}`;
      return `${from} ${VERBS[link.type]} ${to}${link.starts === undefined ? '' : ` since ${link.starts}`}`;
    })
    .join(', ');
