// The conditions of a candidate, made ready: for which requests it is there at all. Checked before health, so that a
// decision says what the request is and not how the day goes. What the request does not say meets no condition.
import type { CandidateWhen, Who } from '@weighbridge/protocol';
import type { RequestFacts } from '@weighbridge/dialects';

/** What conditions look at. */
export interface Conditioned {
  readonly facts: Pick<RequestFacts, 'features' | 'stream' | 'bodyBytes' | 'maxOutputTokens'>;
  readonly who: Pick<Who, 'tags'> | null;
  readonly parsed: unknown;
}

/** The sentence of the first condition that does not hold; null when all do. */
export type Condition = (asked: Conditioned) => string | null;

type Check = readonly [rule: string, holds: (asked: Conditioned) => boolean];

export function conditionOf(when: CandidateWhen | undefined): Condition | null {
  if (when === undefined) return null;
  const checks = checksOf(when);
  if (checks.length === 0) return null;
  return (asked) => {
    for (const [rule, holds] of checks) if (!holds(asked)) return rule;
    return null;
  };
}

/** The sentences of all conditions, to be shown. */
export const conditionRules = (when: CandidateWhen | undefined): readonly string[] =>
  when === undefined ? [] : checksOf(when).map(([rule]) => rule);

function checksOf(when: CandidateWhen): readonly Check[] {
  const checks: Check[] = [];
  const tag = (name: string, wanted: string | readonly string[], said: string): void => {
    const values = listOf(wanted);
    checks.push([`${said} is ${values.join(' or ')}`, ({ who }) => values.includes(who?.tags?.[name] ?? '')]);
  };
  if (when.data_class !== undefined) tag('data_class', when.data_class, 'its data class');
  if (when.task !== undefined) tag('task', when.task, 'its task');
  for (const [name, wanted] of Object.entries(when.tags ?? {})) tag(name, wanted, `its tag ${name}`);
  for (const [name, wanted] of Object.entries(when.metadata ?? {})) {
    const values = listOf(wanted);
    checks.push([
      `its metadata ${name} is ${values.join(' or ')}`,
      ({ parsed }) => values.includes(metadataOf(parsed, name)),
    ]);
  }
  for (const feature of when.features ?? [])
    checks.push([`it uses ${feature}`, ({ facts }) => facts.features.includes(feature)]);
  for (const feature of when.without ?? [])
    checks.push([`it does not use ${feature}`, ({ facts }) => !facts.features.includes(feature)]);
  const { stream } = when;
  if (stream !== undefined)
    checks.push([stream ? 'it is a stream' : 'it is no stream', ({ facts }) => facts.stream === stream]);
  bounds(checks, 'it has', 'bytes', when.request_bytes, ({ facts }) => facts.bodyBytes);
  bounds(checks, 'it asks for', 'output tokens', when.max_output_tokens, ({ facts }) => facts.maxOutputTokens);
  return checks;
}

function bounds(
  checks: Check[],
  said: string,
  units: string,
  range: CandidateWhen['request_bytes'],
  of: (asked: Conditioned) => number | undefined,
): void {
  const { at_least: least, at_most: most } = range ?? {};
  if (least !== undefined) checks.push([`${said} at least ${least} ${units}`, (asked) => (of(asked) ?? -1) >= least]);
  if (most !== undefined) checks.push([`${said} at most ${most} ${units}`, (asked) => (of(asked) ?? Infinity) <= most]);
}

const listOf = (wanted: string | readonly string[]): readonly string[] =>
  typeof wanted === 'string' ? [wanted] : wanted;

/** Values are text in one dialect; a number or a truth value is compared as it is written. */
function metadataOf(parsed: unknown, name: string): string {
  const metadata = bagOf(bagOf(parsed)?.['metadata']);
  const value = metadata !== null && Object.hasOwn(metadata, name) ? metadata[name] : undefined;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

const bagOf = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
