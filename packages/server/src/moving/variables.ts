// Secrets and addresses that a file names or holds. A secret leaves here as the name of a variable, never as its value: one that
// stood in the file in clear gets a name, the same for the same secret, and no two secrets share one. Addresses are no secrets
// and have to stand in our file, so a variable that holds one is read where it can be.
import type { DocumentPath } from '@weighbridge/document';
import type { Environment } from '../config/environment.ts';
import { bagOf, textOf } from './values.ts';
import type { Settings } from './settings.ts';

export interface WantedVariable {
  readonly name: string;
  /** Its value stands in the file in clear, at this line; null where the file names the variable itself. */
  readonly clear_at: string | null;
}

/** A secret before it has a name: the variable that the file names, or a value that stands there in clear. */
export type Secret =
  | { readonly env: string }
  | { readonly clear: string; readonly like: string; readonly path: DocumentPath };

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const REFERENCE = /^os\.environ\/(.+)$/;

/** Name of the variable that a value stands for; null for any other value. */
export function referenceOf(value: unknown): string | null {
  const name = typeof value === 'string' ? REFERENCE.exec(value.trim())?.[1]?.trim() : undefined;
  return name !== undefined && NAME.test(name) ? name : null;
}

export class Variables {
  readonly #environment: Environment;
  /** Set by the file itself. */
  readonly #filed: Readonly<Record<string, unknown>>;
  readonly #taken = new Set<string>();
  readonly #names = new Map<string, string>();
  readonly #wanted = new Map<string, WantedVariable>();
  readonly #read = new Set<string>();

  /** `filed`: variables that the file sets. Names that it refers to anywhere belong to other secrets than those in clear. */
  constructor(environment: Environment, filed: Readonly<Record<string, unknown>>, files: readonly unknown[]) {
    this.#environment = environment;
    this.#filed = filed;
    for (const file of files) this.#reserveIn(file);
  }

  get wanted(): readonly WantedVariable[] {
    return [...this.#wanted.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Something that is carried took its value from there. */
  isRead(name: string): boolean {
    return this.#read.has(name);
  }

  /** No secret in clear gets this name. */
  reserve(name: string): void {
    this.#taken.add(name);
  }

  /** What a variable holds: as the file sets it, else as this environment does. */
  held(name: string): string | undefined {
    this.#read.add(name);
    return textOf(this.#filed[name]) ?? textOf(this.#environment[name]);
  }

  /** A value that is no secret, with the variable that it stands for read; undefined where that is not set. */
  plain(value: unknown): string | undefined {
    const name = referenceOf(value);
    return name === null ? textOf(value) : this.held(name);
  }

  /** `like`: what its variable is called where the value stands in clear. */
  secret(value: unknown, like: string, path: DocumentPath): Secret | undefined {
    const name = referenceOf(value);
    if (name !== null) return { env: name };
    const text = textOf(value);
    return text === undefined ? undefined : { clear: text, like, path };
  }

  /** As our configuration names it; from here on it is among those that have to be set. */
  name(secret: Secret, settings: Settings): { readonly env: string } {
    if ('env' in secret) {
      this.#wanted.set(secret.env, this.#wanted.get(secret.env) ?? { name: secret.env, clear_at: null });
      return { env: secret.env };
    }
    const known = this.#names.get(secret.clear);
    if (known !== undefined) return { env: known };
    const env = this.free(secret.like);
    this.#names.set(secret.clear, env);
    this.#wanted.set(env, { name: env, clear_at: `${settings.file}:${settings.line(secret.path)}` });
    return { env };
  }

  free(like: string): string {
    let env = like;
    for (let next = 2; this.#taken.has(env); next += 1) env = `${like}_${next}`;
    this.#taken.add(env);
    return env;
  }

  #reserveIn(value: unknown): void {
    const name = referenceOf(value);
    if (name !== null) this.#taken.add(name);
    if (Array.isArray(value)) for (const member of value) this.#reserveIn(member);
    else for (const member of Object.values(bagOf(value) ?? {})) this.#reserveIn(member);
  }
}
