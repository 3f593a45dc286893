// Who paid whom how much, by year: what a Sankey draws. The mean over paths, because means of flows still add up, account by
// account, and medians do not; with the spread beside it.
import { bandOf, type Band } from './bands.ts';
import type { Sample } from './sample.ts';
import { monthText } from './scenario.ts';

export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly why: string;
  /** Of twelve months from the start of the scenario; the year they begin in. */
  readonly year: string;
  /** In the scenario's currency, the mean over paths. */
  readonly amount: number;
  readonly band: Band | null;
}

/** Without what never flowed. */
export function flowTable(sample: Sample): Flow[] {
  const { scenario, edges, accounts, paths, flows } = sample;
  const table: Flow[] = [];
  for (let year = 0; year < Math.ceil(scenario.months / 12); year += 1) {
    for (const [index, edge] of edges.entries()) {
      const from = (year * edges.length + index) * paths;
      const amounts = flows.subarray(from, from + paths).map((cents) => cents / 100);
      const amount = amounts.reduce((sum, each) => sum + each, 0) / paths;
      if (amount === 0) continue;
      table.push({
        from: accounts[edge.from] ?? '',
        to: accounts[edge.to] ?? '',
        why: edge.why,
        year: monthText(scenario, year * 12).slice(0, 4),
        amount,
        band: bandOf(amounts),
      });
    }
  }
  return table;
}
