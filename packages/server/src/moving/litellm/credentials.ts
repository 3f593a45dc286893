// `credential_list`: values that several entries of `model_list` share. They lie beneath an entry's own settings; one that no entry
// names is told as such.
import type { DocumentPath } from '@weighbridge/document';
import type { Settings } from '../settings.ts';
import { bagOf, listOf, textOf, type Bag } from '../values.ts';
import type { Given } from '../planning.ts';

/** Settings of one entry by name, those of its credential beneath its own. */
export type Params = ReadonlyMap<string, Given>;

const NAME = 'litellm_credential_name';

interface Shared {
  readonly path: DocumentPath;
  readonly values: Bag;
  isUsed: boolean;
}

export class Credentials {
  readonly #settings: Settings;
  readonly #shared = new Map<string, Shared>();

  constructor(settings: Settings) {
    this.#settings = settings;
    for (const [index, entry] of listOf(settings.at(['credential_list'])).entries()) {
      const name = textOf(bagOf(entry)?.['credential_name']);
      const values = bagOf(bagOf(entry)?.['credential_values']);
      if (name !== undefined && values !== null)
        this.#shared.set(name, { path: ['credential_list', index], values, isUsed: false });
    }
  }

  /** Settings of an entry, each with its place. */
  beneath(own: Bag, path: DocumentPath): Params {
    const shared = this.#of(own);
    const params = new Map<string, Given>(
      Object.entries(shared?.values ?? {}).map(
        ([name, value]) => [name, { value, path: [...(shared?.path ?? []), 'credential_values', name] }] as const,
      ),
    );
    for (const [name, value] of Object.entries(own)) params.set(name, { value, path: [...path, name] });
    return params;
  }

  /** An entry with these settings is carried. */
  used(own: Bag): void {
    const shared = this.#of(own);
    if (shared !== undefined) shared.isUsed = true;
  }

  /** What is left to say of the list, and of the name by which an entry takes from it. */
  tell(names: readonly DocumentPath[]): void {
    for (const path of names) this.#settings.carried(path, null, 'its values are carried where they stand');
    for (const { path, isUsed } of this.#shared.values()) {
      if (!isUsed) this.#settings.left(path, 'no entry that is carried takes from it');
      this.#settings.carried(
        [...path, 'credential_name'],
        null,
        'its values are carried with each entry that names it',
      );
      this.#settings.left([...path, 'credential_info'], 'a note for its readers');
    }
  }

  #of(own: Bag): Shared | undefined {
    const name = textOf(own[NAME]);
    return name === undefined ? undefined : this.#shared.get(name);
  }
}

export const CREDENTIAL_NAME = NAME;
