// Every leaf of a source, found by a walk of its own, so that a report can be held against it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importConfig, type Imported } from '@weighbridge/server';
import { parse } from 'yaml';

export const NOW = Date.UTC(2026, 10, 29);
type From = Imported['from'];
export type More = Partial<Parameters<typeof importConfig>[0]>;

export const fixture = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');

export const importText = (from: From, text: string, more: More = {}): Imported =>
  importConfig({
    from,
    files: [{ name: from === 'litellm' ? 'config.yaml' : 'chat.json', text }],
    environment: {},
    now: NOW,
    ...more,
  });

/** Paths as the report writes them. */
export function leavesOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  const members = Array.isArray(value)
    ? value.map((member: unknown, index) => [`[${index}]`, member] as const)
    : Object.entries(value).map(([name, member]) => [path === '' ? name : `.${name}`, member] as const);
  if (members.length === 0) return [path];
  return members.flatMap(([name, member]) => leavesOf(member, path + name));
}

/** Each setting of the source stands in the report once, and the report tells of nothing else. */
export function mustTellEachOnce(done: Imported, text: string): void {
  const told = done.settings.map(({ setting }) => setting);
  assert.deepEqual(told.toSorted(), leavesOf(parse(text, { merge: true })).toSorted());
  assert.equal(done.counts.carried + done.counts.changed + done.counts.left, told.length);
  const lines = text.split('\n').length;
  for (const { line, outcome, says } of done.settings) {
    assert.ok(line >= 1 && line <= lines, `line ${line}`);
    if (outcome !== 'carried') assert.notEqual(says, '', 'what is not as it was says how or why');
  }
}

/** Of what was made: errors stop it. */
export const errorsOf = ({ problems }: Imported): string[] =>
  problems.filter(({ severity }) => severity === 'error').map(({ message }) => message);

/** The configuration that was made, as plain values. */
export const madeOf = (done: Imported): Made => parse(done.config) as Made;

export interface Made {
  readonly budget: { readonly daily: string };
  readonly limits?: { readonly request_bytes?: number; readonly rules?: Readonly<Record<string, unknown>> };
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly deployments: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly routes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly telemetry?: unknown;
  readonly alerts?: unknown;
}

export const outcomeOf = (done: Imported, setting: string): string => {
  const found = done.settings.find((told) => told.setting === setting);
  assert.ok(found !== undefined, `${setting} is in the report`);
  return `${found.outcome}: ${found.says}`;
};
