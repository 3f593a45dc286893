// Parties that would fall together: joined by ownership, by investment or by building things together. Concentration counts such
// a group as one, and names the links that make it one, so that whoever disagrees sees which link to argue about.
import { firstDay, lastDay } from '../numbers/calendar.ts';
import type { Register } from './register.ts';
import type { Link, LinkType } from './shape.ts';

export interface LinkedGroup {
  /** The first member by id: stable while the members are. */
  readonly id: string;
  readonly members: readonly string[];
  /** Ids of links, and `parent:<party>` for ownership; sorted. */
  readonly joined_by: readonly string[];
}

export interface Joining {
  /** Which links join. Buying from somebody does not make one group of the two. */
  readonly types: readonly LinkType[];
  /** Links that have surely ended before this day, or surely not begun, join nobody. */
  readonly on: string;
}

/** One reason why two parties are of one group. */
export interface Tie {
  /** The id of a link, or `parent:<party>`. */
  readonly name: string;
  /** From and to of the link; the owned party and who owns it. */
  readonly ends: readonly [string, string];
  /** Null for ownership. */
  readonly link: Link | null;
}

export const JOINING_TYPES: readonly LinkType[] = ['invests_in', 'co_engineers_with'];

/** What joins on that day, in the order of the register. */
export function tiesOf(register: Register, { types, on }: Joining): readonly Tie[] {
  const ties: Tie[] = [];
  for (const [id, { parent }] of Object.entries(register.parties))
    if (parent !== undefined) ties.push({ name: `parent:${id}`, ends: [id, parent], link: null });
  for (const [id, link] of Object.entries(register.links))
    if (types.includes(link.type) && link.status !== 'ended' && holdsOn(on, link.starts, link.ends))
      ties.push({ name: id, ends: [link.from, link.to], link });
  return ties;
}

/** The groups of two members and more, each party in one at most. */
export function linkedGroups(register: Register, joining: Joining): readonly LinkedGroup[] {
  const ties = tiesOf(register, joining);
  const leader = new Map<string, string>();
  const find = (party: string): string => {
    let at = party;
    for (let next = leader.get(at); next !== undefined; next = leader.get(at)) at = next;
    return at;
  };
  for (const { ends } of ties) {
    const [a, b] = [find(ends[0]), find(ends[1])];
    // The smaller id leads, so that the order of the file changes no name.
    if (a !== b) leader.set(a < b ? b : a, a < b ? a : b);
  }
  const groups = Map.groupBy(Object.keys(register.parties), find);
  return [...groups]
    .filter(([, members]) => members.length > 1)
    .map(([id, members]) => ({
      id,
      members: members.toSorted(),
      joined_by: ties
        .filter(({ ends }) => find(ends[0]) === id)
        .map(({ name }) => name)
        .toSorted(),
    }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

const holdsOn = (on: string, starts: string | undefined, ends: string | undefined): boolean =>
  (starts === undefined || (firstDay(starts) ?? starts) <= on) && (ends === undefined || lastDay(ends) >= on);

/** The party at the top of the parents. The register is one that was checked: its parents go in no circle. */
export function ultimateParent(register: Register, party: string): string {
  let at = party;
  for (let up = register.parties[at]?.parent; up !== undefined; up = register.parties[at]?.parent) at = up;
  return at;
}
