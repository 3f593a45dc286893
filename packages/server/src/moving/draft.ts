// The configuration that an import makes, while it is made: its parts by name, each with the place in the source that it came
// from. Credentials that say the same are one; names are made to fit and kept apart.
import { slugOf } from './values.ts';

export type Fields = Record<string, unknown>;

export interface Part {
  fields: Fields;
  /** Stands above it as a comment. */
  readonly from: string;
}

export interface Candidate {
  readonly deployment: string;
  readonly weight?: number;
  readonly arm?: string;
  readonly when?: Fields;
}

export class Draft {
  readonly credentials = new Map<string, Part>();
  readonly deployments = new Map<string, Part>();
  readonly routes = new Map<string, Part>();
  readonly rules = new Map<string, Part>();
  readonly channels = new Map<string, Part>();
  /** Keys at the top beside those, each with its comment. */
  readonly top = new Map<string, { readonly value: unknown; readonly from: string }>();

  /** The name of a credential that says this. */
  credential(fields: Fields, like: string, from: string): string {
    const text = JSON.stringify(fields);
    for (const [name, part] of this.credentials) if (JSON.stringify(part.fields) === text) return name;
    const name = freeName(like, this.credentials);
    this.credentials.set(name, { fields, from });
    return name;
  }

  deployment(like: string, part: Part): string {
    const id = freeName(like, this.deployments);
    this.deployments.set(id, part);
    return id;
  }

  route(like: string, part: Part): string {
    const id = freeName(like, this.routes);
    this.routes.set(id, part);
    return id;
  }

  rule(like: string, part: Part): string {
    const id = freeName(like, this.rules);
    this.rules.set(id, part);
    return id;
  }
}

function freeName(like: string, taken: ReadonlyMap<string, unknown>): string {
  const slug = slugOf(like);
  let name = slug;
  for (let next = 2; taken.has(name); next += 1) name = `${slug.slice(0, 63 - String(next).length - 1)}-${next}`;
  return name;
}
