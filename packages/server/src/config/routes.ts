// What a schema cannot see of routes: candidates that are not there or stand twice, weights and shares of nothing, arms and
// features that nobody knows, conditions that no request can meet.
import { didYouMean } from '@weighbridge/kernel';
import { CAPABILITIES } from '@weighbridge/dialects';
import type { Config, RouteConfig } from '@weighbridge/protocol';
import type { ProblemList } from '@weighbridge/document';
import { dangling } from './names.ts';

export function checkRoutes(config: Config, problems: ProblemList): void {
  const deployments = Object.keys(config.deployments);
  for (const [id, route] of Object.entries(config.routes)) {
    const seen = new Set<string>();
    for (const [index, candidate] of route.candidates.entries()) {
      const path = ['routes', id, 'candidates', index, 'deployment'];
      if (config.deployments[candidate.deployment] === undefined) {
        const { message, mend } = dangling('deployment', candidate.deployment, deployments);
        problems.error(path, message, mend);
      } else if (seen.has(candidate.deployment)) {
        problems.error(
          path,
          `"${candidate.deployment}" stands twice among the candidates of "${id}"`,
          'keep one; use `weight` to give it more traffic',
        );
      }
      seen.add(candidate.deployment);
    }
    checkArms(id, route, problems);
    for (const [index, { when }] of route.candidates.entries())
      if (when !== undefined) checkWhen(['routes', id, 'candidates', index, 'when'], when, problems);
    if (WEIGHED.has(route.strategy) && route.candidates.every((candidate) => candidate.weight === 0)) {
      problems.error(
        ['routes', id, 'candidates'],
        `every weight of "${id}" is 0, so nothing would ever be chosen`,
        'give at least one candidate a weight above 0',
      );
    }
  }
}

/** A weight of 0 everywhere leaves these nothing to go by. */
const WEIGHED: ReadonlySet<RouteConfig['strategy']> = new Set(['weighted', 'least_busy', 'sticky'] as const);

function checkArms(id: string, { arms, candidates }: RouteConfig, problems: ProblemList): void {
  const known = Object.keys(arms ?? {});
  for (const [index, { arm }] of candidates.entries()) {
    if (arm === undefined || known.includes(arm)) continue;
    const near = didYouMean(arm, known);
    problems.error(
      ['routes', id, 'candidates', index, 'arm'],
      `the route "${id}" has no arm named "${arm}"`,
      near === undefined ? `give it a share: \`arms: { ${arm}: 5, control: 95 }\`` : `did you mean "${near}"?`,
    );
  }
  if (arms === undefined) return;
  if (Object.values(arms).every((share) => share === 0))
    problems.error(
      ['routes', id, 'arms'],
      `every share of "${id}" is 0, so no caller would be in any arm`,
      'give at least one arm a share above 0',
    );
  for (const [arm, share] of Object.entries(arms)) {
    if (share === 0 || candidates.some((candidate) => candidate.arm === undefined || candidate.arm === arm)) continue;
    problems.error(
      ['routes', id, 'arms', arm],
      `no candidate of "${id}" is in the arm "${arm}"`,
      `write \`arm: ${arm}\` at a candidate, or set its share to 0`,
    );
  }
}

type When = NonNullable<RouteConfig['candidates'][number]['when']>;

function checkWhen(path: readonly (string | number)[], when: When, problems: ProblemList): void {
  const names = Object.keys(CAPABILITIES);
  for (const member of ['features', 'without'] as const)
    for (const [index, feature] of (when[member] ?? []).entries()) {
      if (names.includes(feature)) continue;
      const near = didYouMean(feature, names);
      problems.error(
        [...path, member, index],
        `no request is ever said to use "${feature}"`,
        near === undefined
          ? 'take a name of the capability table, such as tools, images or thinking'
          : `did you mean "${near}"?`,
      );
    }
  const both = when.features?.find((feature) => when.without?.includes(feature));
  if (both !== undefined)
    problems.error([...path, 'without'], `no request uses "${both}" and does not`, 'take it out of one of the two');
  for (const member of ['request_bytes', 'max_output_tokens'] as const) {
    const { at_least: least, at_most: most } = when[member] ?? {};
    if (least !== undefined && most !== undefined && least > most)
      problems.error(
        [...path, member],
        `nothing is at least ${least} and at most ${most}`,
        'exchange the two, or take one out',
      );
  }
}
