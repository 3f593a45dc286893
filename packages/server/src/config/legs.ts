// What a schema cannot see of routes whose calls may take more than one leg on purpose.
import type { Config } from '@weighbridge/protocol';
import type { ProblemList } from '@weighbridge/document';

export function checkLegs(config: Config, problems: ProblemList): void {
  for (const [id, route] of Object.entries(config.routes)) {
    const { hedge, candidates, attempts } = route;
    if (hedge === undefined) continue;
    const path = ['routes', id, 'hedge'];
    if ((hedge.after_ms === undefined) === (hedge.after === undefined))
      problems.error(
        path,
        `when the second leg of "${id}" goes has to be said once`,
        'write `after_ms: 800`, or `after: p95`, and not both',
      );
    if (candidates.length < 2)
      problems.error(path, `"${id}" has one candidate, so a second leg has nowhere to go`, 'add a candidate');
    if (attempts < 2)
      problems.error(path, `"${id}" allows one attempt, and a second leg is one more`, 'set `attempts: 2` or more');
  }
}
