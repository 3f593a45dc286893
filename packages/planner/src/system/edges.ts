// Along which money can flow: from one account to another, and what for. Fixed before the first month, so a month's flows are
// one array of amounts, and whatever leaves one account enters another by construction.

/** Accounts outside what is modelled: the only sources and sinks of money. They may stand below zero. */
export const OUTSIDE = ['customers', 'other business', 'lenders', 'other spending'] as const;
type Outside = (typeof OUTSIDE)[number];

export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

export interface Edges {
  readonly all: readonly Edge[];
  /** Position of an edge, made when it is asked for first. */
  between(from: number, to: number, why: string): number;
  from(outside: Outside, to: number, why: string): number;
  to(from: number, outside: Outside, why: string): number;
}

/** `actors`: how many accounts stand before those outside. */
export function createEdges(actors: number): Edges {
  const all: Edge[] = [];
  const known = new Map<string, number>();
  const between = (from: number, to: number, why: string): number => {
    const name = `${from} ${to} ${why}`;
    const held = known.get(name) ?? all.push({ from, to, why }) - 1;
    known.set(name, held);
    return held;
  };
  const outside = (name: Outside): number => actors + OUTSIDE.indexOf(name);
  return {
    all,
    between,
    from: (name, to, why) => between(outside(name), to, why),
    to: (from, name, why) => between(from, outside(name), why),
  };
}
