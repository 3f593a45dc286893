// What a schema cannot see of bypasses: routes that name one which is not there, deployments that are none of the route's
// own, and a bypass that no route names.
import type { Config, RouteConfig } from '@weighbridge/protocol';
import type { ProblemList } from '@weighbridge/document';
import { dangling } from './names.ts';

export function checkBypasses(config: Config, problems: ProblemList): void {
  const used = new Set<string>();
  for (const [id, route] of Object.entries(config.routes)) {
    const { when_unsealed: when } = route;
    if (when === undefined || when === 'refuse') continue;
    const path = ['routes', id, 'when_unsealed', 'bypass'];
    const bypass = Object.hasOwn(config.bypasses, when.bypass) ? config.bypasses[when.bypass] : undefined;
    if (bypass === undefined) {
      const { message } = dangling('bypass', when.bypass, Object.keys(config.bypasses));
      problems.error(path, message, `add \`${when.bypass}:\` under \`bypasses:\`, or write \`when_unsealed: refuse\``);
      continue;
    }
    used.add(when.bypass);
    if (!servesAny(route, bypass.deployments))
      problems.error(
        path,
        `the bypass "${when.bypass}" lets through no candidate of "${id}", so it would refuse every call`,
        `add a candidate of "${id}" to its deployments`,
      );
  }
  const deployments = Object.keys(config.deployments);
  for (const [id, bypass] of Object.entries(config.bypasses)) {
    for (const [index, name] of (bypass.deployments ?? []).entries()) {
      if (deployments.includes(name)) continue;
      const { message, mend } = dangling('deployment', name, deployments);
      problems.error(['bypasses', id, 'deployments', index], message, mend);
    }
    if (!used.has(id))
      problems.warning(
        ['bypasses', id],
        `no route names the bypass "${id}"`,
        `write \`when_unsealed: { bypass: ${id} }\` at a route, or take it out`,
      );
  }
}

const servesAny = ({ candidates }: RouteConfig, deployments: readonly string[] | undefined): boolean =>
  deployments === undefined || candidates.some(({ deployment }) => deployments.includes(deployment));
