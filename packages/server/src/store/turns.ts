// One thing at a time, in two ranks: what stands in the first rank goes before what waits in the second.
export type Rank = 'first' | 'second';

export interface Turns {
  /** Runs `work` when its turn has come. One that fails does not stop the next. */
  take<Value>(rank: Rank, work: () => Promise<Value>): Promise<Value>;
}

export function createTurns(): Turns {
  const waiting: Readonly<Record<Rank, (() => Promise<void>)[]>> = { first: [], second: [] };
  let busy = false;
  const next = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    for (;;) {
      const work = waiting.first.shift() ?? waiting.second.shift();
      if (work === undefined) break;
      await work();
    }
    busy = false;
  };
  return {
    take: <Value>(rank: Rank, work: () => Promise<Value>) =>
      new Promise<Value>((resolve, reject) => {
        waiting[rank].push(() => work().then(resolve, reject));
        void next();
      }),
  };
}
