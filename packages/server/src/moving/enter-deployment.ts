// A planned deployment into the draft: checked by the very rules that the configuration is checked by, so that what is written
// can be used, and whatever a cloud of ours cannot do is told in its own words. Only then secrets get names and marks are told.
import { checkConfigValue } from '../config/load.ts';
import type { Draft, Fields } from './draft.ts';
import type { CredentialPlan, Planning } from './planning.ts';
import type { Settings } from './settings.ts';
import type { Variables } from './variables.ts';

/** What an import works with, from its first file to its last. */
export interface Work {
  readonly draft: Draft;
  readonly variables: Variables;
  /** What a reader has to know that is about no single setting. */
  readonly notes: string[];
  /** UTC milliseconds, for prices. */
  readonly now: number;
}

/**
 * Why our clouds refuse it; null where they take it. A file with a Google account that is not on this machine gives way to the
 * default credentials, which can be pointed at it where the instance runs.
 */
export function misfitOf(planning: Planning, { now }: Work): string | null {
  const found = firstProblem(planning, now);
  const { kind, plain } = planning.credential;
  if (found === null || kind !== 'google_file') return found;
  planning.credential = { kind: 'google_default', plain: {}, secrets: {} };
  for (const [at, mark] of planning.marks.entries())
    if (mark.field === 'credential')
      planning.marks[at] = {
        ...mark,
        outcome: 'changed',
        says: 'the file is not here: where the instance runs, set GOOGLE_APPLICATION_CREDENTIALS to it, or write `kind: google_file`',
      };
  return plain['file'] === undefined ? found : firstProblem(planning, now);
}

function firstProblem({ fields, credential }: Planning, now: number): string | null {
  const secrets = Object.fromEntries(Object.keys(credential.secrets).map((field) => [field, { env: 'A_SECRET' }]));
  const value = {
    version: 1,
    credentials: { its: { kind: credential.kind, ...credential.plain, ...secrets } },
    deployments: { it: { ...fields, credential: 'its' } },
    routes: { it: { candidates: [{ deployment: 'it' }] } },
  };
  const { problems } = checkConfigValue('an import', value, '.', now);
  return problems.find(({ severity }) => severity === 'error')?.message ?? null;
}

/** Resolves with its id. `like`: what it is called; `from`: where it came from, for the comment above it. */
export function enterDeployment(
  planning: Planning,
  { draft, variables, notes }: Work,
  settings: Settings,
  like: string,
  from: string,
): string {
  const { cloud, model, ...more } = planning.fields;
  const credential = enterCredential(planning, draft, variables, settings, from);
  const id = draft.deployment(like, { fields: { cloud, model, credential, ...more }, from });
  for (const { path, outcome, field, says } of planning.marks) {
    const to =
      field === null ? null : field === 'credential' ? `credentials.${credential}` : `deployments.${id}.${field}`;
    if (outcome === 'left') settings.left(path, says);
    else if (outcome === 'changed') settings.changed(path, to, says);
    else settings.carried(path, to, says);
  }
  for (const note of planning.notes) notes.push(`${id}: ${note}`);
  return id;
}

function enterCredential(
  { credential, wanted }: Planning,
  draft: Draft,
  variables: Variables,
  settings: Settings,
  from: string,
): string {
  const fields: Fields = { kind: credential.kind, ...credential.plain };
  for (const [field, { secret }] of Object.entries(credential.secrets))
    fields[field] = variables.name(secret, settings);
  const name = draft.credential(fields, credential.kind === 'none' ? 'none' : wanted.sellerName, from);
  for (const [field, said] of Object.entries(credential.secrets))
    tellSecret(settings, `credentials.${name}.${field}`, said, fields[field]);
  return name;
}

function tellSecret(
  settings: Settings,
  to: string,
  { secret, path }: CredentialPlan['secrets'][string],
  named: unknown,
): void {
  if (path === null) return;
  const { env } = named as { readonly env: string };
  if ('env' in secret) settings.carried(path, to);
  else
    settings.changed(
      path,
      to,
      `a secret stood here in clear: it is read from ${env}, and has to be replaced, since it has been seen`,
    );
}
