// Deliberate faults of the projector: each is what a mistake in its way of reading, folding and committing would come to.
import { isAppError } from '@weighbridge/kernel';
import type { Database, Fact, Projection, Statement } from '@weighbridge/server';
import type { Mutation } from './mutation.ts';
import type { Plan } from './plan.ts';

const DIFFERS = /^tables.*(is lost|is there \d|is no call before|, not|of nothing|another)/;
const CRASHES: Partial<Plan> = { kills: true, powerLosses: false };
const AWAY = { refuses: 0.2, losesAnswer: 0.2, slow: 2, outages: false, upsets: false, kills: true } as const;

/** One statement of a fold moves the offset; what takes the tables over has no such one. */
const isMove = ({ sql }: Statement): boolean => sql.startsWith('UPDATE projection ');
const moves = (statements: readonly Statement[]): boolean => statements.some(isMove);

const inTwo =
  (cut: (statements: readonly Statement[]) => readonly (readonly Statement[])[]) =>
  (given: Database): Database => ({
    ...given,
    run: async (statements) => {
      for (const part of moves(statements) ? cut(statements) : [statements]) await given.run(part);
    },
  });

/** Each projection with another fold: `take` adds a fact, or does not, or twice. */
function folding(take: (fact: Fact, add: () => void, name: string) => void) {
  return (given: readonly Projection[]): readonly Projection[] =>
    given.map((projection) => ({
      ...projection,
      begin: (carried) => {
        const fold = projection.begin(carried);
        return {
          add: (fact) => take(fact, () => fold.add(fact), projection.name),
          finish: () => fold.finish(),
          get rows() {
            return fold.rows;
          },
        };
      },
    }));
}

export const PROJECTOR_MUTATIONS: readonly Mutation[] = [
  {
    name: 'offset-before-rows',
    what: 'the offset of a projection is committed before its rows',
    caught: DIFFERS,
    plan: { ...CRASHES, store: { kind: 'postgresql', ...AWAY } },
    projector: () => ({ database: inTwo((all) => [all.filter(isMove), all.filter((each) => !isMove(each))]) }),
  },
  {
    name: 'rows-before-offset',
    what: 'the rows of a projection are committed before its offset',
    caught: DIFFERS,
    plan: { ...CRASHES, store: { kind: 'embedded', ...AWAY } },
    projector: () => ({ database: inTwo((all) => [all.filter((each) => !isMove(each)), all.filter(isMove)]) }),
  },
  {
    name: 'repeated-after-a-lost-answer',
    what: 'a transaction whose answer was lost is repeated without a look at the offset',
    caught: DIFFERS,
    plan: { store: { kind: 'postgresql', ...AWAY } },
    projector: () => ({
      database: (given) => ({
        ...given,
        run: (statements) =>
          given.run(statements).catch((error: unknown) => {
            if (!isAppError(error) || error.code !== 'DATABASE_UNAVAILABLE') throw error;
            return given.run(statements.map(({ sql, params }) => ({ sql, params })));
          }),
      }),
    }),
  },
  {
    name: 'folded-twice-at-a-start',
    what: 'the first call after a start is folded twice',
    caught: DIFFERS,
    projector: () => {
      const lives = new Set<string>();
      const twice = folding((fact, add, name) => {
        if (fact.kind === 'call' && !lives.has(name)) add();
        if (fact.kind === 'call') lives.add(name);
        add();
      });
      return {
        projections: (given) => {
          lives.clear();
          return twice(given);
        },
      };
    },
  },
  {
    name: 'entry-skipped',
    what: 'an entry is not folded',
    caught: DIFFERS,
    projector: () => ({
      projections: folding((fact, add) => {
        if (fact.entry % 7 !== 3) add();
      }),
    }),
  },
  {
    name: 'offset-runs-ahead',
    what: 'the offset runs ahead of what was folded',
    caught: /is ahead|does not name the leaf|is lost/,
    projector: () => ({
      database: (given) => {
        const from = new Map<string, string>();
        return {
          ...given,
          run: async (statements) => {
            const moved = statements.find(isMove);
            if (moved === undefined) return given.run(statements);
            const [to, leaf = null, carried = null, name = null, expected = null, ...others] = moved.params;
            const ahead = String(Number(to) + 1);
            const place = `${name} ${expected}`;
            const params = [ahead, leaf, carried, name, from.get(place) ?? expected, ...others];
            await given.run(statements.map((each) => (each === moved ? { ...moved, params } : each)));
            from.set(`${name} ${to}`, ahead);
          },
        };
      },
    }),
  },
  {
    name: 'erasure-not-folded',
    what: 'an erasure does not reach the tables',
    caught: /^tables.*another (team|subject|state of erasure)/,
    plan: { erasures: true },
    projector: () => ({
      projections: (given) => given.map((projection) => ({ ...projection, erase: () => Promise.resolve([]) })),
    }),
  },
  {
    name: 'projector-does-not-look',
    what: 'the projector does not look at the log again',
    caught: /gets no further/,
    projector: () => ({ pacing: (given) => ({ ...bound(given), every: () => () => undefined }) }),
  },
];

/** A class's methods as an object's own. */
function bound<Given extends { turn: () => Promise<void>; pause: (ms: number, signal: AbortSignal) => Promise<void> }>(
  given: Given,
): Pick<Given, 'turn' | 'pause'> {
  return { turn: () => given.turn(), pause: (ms, signal) => given.pause(ms, signal) };
}
