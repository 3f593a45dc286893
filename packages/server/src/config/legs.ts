// What a schema cannot see of routes whose calls may take more than one leg on purpose.
import { unreadableIn } from '@weighbridge/gateway';
import type { Config, RouteConfig } from '@weighbridge/protocol';
import type { ProblemList } from '@weighbridge/document';
import { dangling } from './names.ts';

export function checkLegs(config: Config, problems: ProblemList): void {
  for (const [id, route] of Object.entries(config.routes)) {
    const { hedge, cascade, mirror, candidates, attempts } = route;
    if (mirror !== undefined && config.deployments[mirror.deployment] === undefined) {
      const { message, mend } = dangling('deployment', mirror.deployment, Object.keys(config.deployments));
      problems.error(['routes', id, 'mirror', 'deployment'], message, mend);
    }
    if (cascade !== undefined) checkCascade(id, route, problems);
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

function checkCascade(id: string, { cascade, hedge, candidates, attempts }: RouteConfig, problems: ProblemList): void {
  const path = ['routes', id, 'cascade'];
  if (hedge !== undefined)
    problems.error(
      path,
      `"${id}" has a hedge and a cascade: an answer that is held back to be checked has no race to win`,
      'keep one of the two',
    );
  if (candidates.length < 2)
    problems.error(path, `"${id}" has one candidate, so there is nobody to ask after it`, 'add a candidate behind it');
  if (attempts < 2)
    problems.error(path, `"${id}" allows one attempt, and an escalation is one more`, 'set `attempts: 2` or more');
  const unread = cascade?.check.schema === undefined ? null : unreadableIn(cascade.check.schema);
  if (unread !== null)
    problems.error(
      [...path, 'check', 'schema'],
      `the schema cannot be checked: ${unread}`,
      'use type, enum, const, properties, required, additionalProperties, items, anyOf, allOf and bounds of length and size',
    );
}
