// What a schema cannot see: names that lead nowhere, two routes for one name, a log that would mix simulated and real
// calls. A configuration that passes here can be compiled without a further question.
import { didYouMean } from '@weighbridge/kernel';
import type { Config } from '@weighbridge/protocol';
import type { ProblemList } from '@weighbridge/document';
import { checkBypasses } from './bypasses.ts';
import { checkBatches } from './batches.ts';
import { checkCapacity } from './capacity.ts';
import { checkLegs } from './legs.ts';
import { checkLimits } from './limits.ts';
import { checkTelemetry, LOOPBACK } from './telemetry.ts';
import { dangling } from './names.ts';
import { checkRoutes } from './routes.ts';

export function checkMeaning(config: Config, problems: ProblemList): void {
  checkDeployments(config, problems);
  checkCapacity(config, problems);
  checkBatches(config, problems);
  checkRoutes(config, problems);
  checkAliases(config, problems);
  checkKeys(config, problems);
  checkUnused(config, problems);
  checkControl(config, problems);
  checkRetention(config, problems);
  checkLimits(config, problems);
  checkTelemetry(config, problems);
  checkLegs(config, problems);
  checkBypasses(config, problems);
}

/** No six months in a row are longer. */
const SIX_MONTHS_DAYS = 184;

function checkRetention({ retention }: Config, problems: ProblemList): void {
  if (retention === undefined) return;
  if (retention.high_risk && Number.parseInt(retention.records, 10) < SIX_MONTHS_DAYS)
    problems.error(
      ['retention', 'records'],
      `logs of a high-risk system are kept for at least six months (EU AI Act, Art. 19 and 26(6)), and ${retention.records} is less`,
      `write ${SIX_MONTHS_DAYS}d or more, or take \`high_risk\` out if none is served`,
    );
  for (const [index, { from, to }] of retention.holds.entries())
    if (from > to)
      problems.error(
        ['retention', 'holds', index, 'to'],
        `the hold ends on ${to}, before it begins`,
        'exchange the two days',
      );
}

/** Whoever can read the wire between a browser and here would hold a session. */
function checkControl({ control }: Config, problems: ProblemList): void {
  if (control === 'off') return;
  const { host, origin } = control;
  const secure = origin?.startsWith('https:') === true;
  if (!LOOPBACK.test(host) && !secure)
    problems.error(
      ['control', 'host'],
      `"${host}" can be reached from other machines, and nothing protects a session on the way`,
      'put a proxy that speaks TLS in front and name its address as `control.origin: https://…`, or listen on 127.0.0.1',
    );
  if (origin === undefined) return;
  const { hostname, pathname, search, hash } = new URL(origin);
  if (!secure && !LOOPBACK.test(hostname))
    problems.error(
      ['control', 'origin'],
      'an origin that other machines see has to be https',
      'write https://…, or leave `control.origin` out',
    );
  if (pathname !== '/' || search !== '' || hash !== '')
    problems.error(
      ['control', 'origin'],
      'an origin has no path: the console lives at /console/ of it',
      `write it as ${new URL(origin).origin}`,
    );
}

function checkDeployments(config: Config, problems: ProblemList): void {
  const credentials = Object.keys(config.credentials);
  for (const [id, deployment] of Object.entries(config.deployments)) {
    const path = ['deployments', id];
    if (config.credentials[deployment.credential] === undefined) {
      const { message, mend } = dangling('credential', deployment.credential, credentials);
      problems.error([...path, 'credential'], message, mend);
    }
    if (config.log === 'live' && deployment.simulated) {
      problems.error(
        [...path, 'simulated'],
        `"${id}" is simulated, and the live log takes only real calls`,
        'set `log: lab`, or point the deployment at a real cloud and drop `simulated`',
      );
    }
    if (config.log !== 'live' && !deployment.simulated) {
      problems.error(
        path,
        `"${id}" is not simulated, and the ${config.log} log takes only simulated calls`,
        'set `log: live`, or mark the deployment `simulated: true`',
        'key',
      );
    }
  }
}

/** One name leads to one route: what a client gets may not depend on the order of a file. */
function checkAliases(config: Config, problems: ProblemList): void {
  const owners = new Map<string, string>(Object.keys(config.routes).map((id) => [id, id]));
  for (const [id, route] of Object.entries(config.routes)) {
    for (const [index, alias] of route.aliases.entries()) {
      const path = ['routes', id, 'aliases', index];
      const owner = owners.get(alias);
      const star = alias.indexOf('*');
      if (star !== -1 && star !== alias.length - 1) {
        problems.error(path, `"${alias}" has a * that is not at its end`, 'put the * last, or write the names out');
      } else if (owner !== undefined) {
        const mend = owner === id ? 'remove one of the two' : `remove it from "${id}" or from "${owner}"`;
        problems.error(path, `"${alias}" already leads to route "${owner}"`, mend);
      } else {
        owners.set(alias, id);
      }
    }
  }
}

function checkKeys(config: Config, problems: ProblemList): void {
  const routes = Object.keys(config.routes);
  const regions = new Set(
    Object.values(config.deployments).flatMap((deployment) => [deployment.region, ...(deployment.region_set ?? [])]),
  );
  for (const [name, key] of Object.entries(config.keys)) {
    for (const [index, route] of key.policy.routes.entries()) {
      if (route === '*' || config.routes[route] !== undefined) continue;
      const { message, mend } = dangling('route', route, routes);
      problems.error(['keys', name, 'policy', 'routes', index], message, mend);
    }
    for (const [index, region] of key.policy.regions.entries()) {
      if (region === '*' || regions.has(region)) continue;
      const near = didYouMean(region, regions);
      const mend = near === undefined ? `known: ${[...regions].join(', ') || 'none'}` : `did you mean "${near}"?`;
      problems.warning(['keys', name, 'policy', 'regions', index], `no deployment runs in "${region}"`, mend);
    }
  }
}

function checkUnused(config: Config, problems: ProblemList): void {
  const routed = new Set(
    Object.values(config.routes).flatMap(({ candidates, mirror }) => [
      ...candidates.map((candidate) => candidate.deployment),
      ...(mirror === undefined ? [] : [mirror.deployment]),
    ]),
  );
  const credentialed = new Set(Object.values(config.deployments).map((deployment) => deployment.credential));
  for (const id of Object.keys(config.deployments)) {
    if (!routed.has(id))
      problems.warning(['deployments', id], `no route leads to "${id}"`, 'add it to the candidates of a route', 'key');
  }
  for (const id of Object.keys(config.credentials)) {
    if (!credentialed.has(id))
      problems.warning(
        ['credentials', id],
        `no deployment uses "${id}"`,
        'remove it, or name it in a deployment',
        'key',
      );
  }
  if (Object.keys(config.routes).length === 0) {
    problems.warning(
      ['routes'],
      'there is no route, so every call is refused',
      'add a route with at least one candidate',
      'key',
    );
  }
}
