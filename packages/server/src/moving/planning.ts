// One deployment while it is worked out: what its source says, and what becomes of each part. Nothing is written into the draft
// or the report before all of it has been found to fit, so that a deployment that cannot be carried leaves nothing behind.
import type { DocumentPath } from '@weighbridge/document';
import type { Fields } from './draft.ts';
import type { Seller } from './sellers.ts';
import type { Outcome } from './settings.ts';
import { referenceOf, type Secret, type Variables } from './variables.ts';

/** What a program says of one deployment, by our name for it. */
export type PartName =
  | 'address'
  | 'api_version'
  | 'key'
  | 'region'
  | 'access_key'
  | 'secret_key'
  | 'session_token'
  | 'profile'
  | 'project'
  | 'service_file'
  | 'tenant'
  | 'client_id'
  | 'client_secret'
  | 'resource'
  | 'deployment';

export interface Given {
  readonly value: unknown;
  readonly path: DocumentPath;
}

export interface Wanted {
  readonly seller: Seller;
  /** As the file calls it. */
  readonly sellerName: string;
  /** Without the seller before it. */
  readonly model: string;
  readonly modelPath: DocumentPath;
  readonly parts: ReadonlyMap<PartName, Given>;
}

export interface Mark {
  readonly path: DocumentPath;
  readonly outcome: Outcome;
  /** Of the deployment; null: of nothing. */
  readonly field: string | null;
  readonly says: string;
}

/** A field of the credential that holds a secret, and where it was said. */
interface SecretField {
  readonly secret: Secret;
  readonly path: DocumentPath | null;
}

export interface CredentialPlan {
  readonly kind: string;
  readonly plain: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretField>>;
}

export class Planning {
  readonly wanted: Wanted;
  readonly variables: Variables;
  readonly fields: Fields;
  readonly marks: Mark[] = [];
  readonly notes: string[] = [];
  credential: CredentialPlan = { kind: 'none', plain: {}, secrets: {} };

  constructor(wanted: Wanted, variables: Variables) {
    this.wanted = wanted;
    this.variables = variables;
    this.fields = { cloud: wanted.seller.cloud, model: wanted.model };
  }

  given(name: PartName): Given | undefined {
    return this.wanted.parts.get(name);
  }

  /** A part that is no secret; undefined where it is absent, or stands in a variable that is not set here. */
  plain(name: PartName): string | undefined {
    const given = this.given(name);
    return given === undefined ? undefined : this.variables.plain(given.value);
  }

  /** The variable that a part stands in. */
  variableOf(name: PartName): string | null {
    return referenceOf(this.given(name)?.value);
  }

  mark(name: PartName, outcome: Outcome, field: string | null, says = ''): void {
    const given = this.given(name);
    if (given !== undefined) this.marks.push({ path: given.path, outcome, field, says });
  }

  /** A plain part as a field of the deployment. */
  carry(name: PartName, field: string): void {
    const text = this.plain(name);
    if (text === undefined) return;
    this.fields[field] = text;
    const variable = this.variableOf(name);
    if (variable === null) this.mark(name, 'carried', field);
    else this.mark(name, 'changed', field, `written out as ${variable} had it when this was imported`);
  }

  secret(name: PartName, like: string): SecretField | undefined {
    const given = this.given(name);
    const secret = given === undefined ? undefined : this.variables.secret(given.value, like, given.path);
    return given === undefined || secret === undefined ? undefined : { secret, path: given.path };
  }
}
