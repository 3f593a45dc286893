// Every setting of another program's file, and what became of it. A setting is a leaf: a value that is no mapping and no list.
// Each is spoken of once, and those that nobody spoke of are told as not carried: nothing can be lost in silence, because what
// a reader forgets is in the report as well. No value of the file is ever repeated here, since any of them may be a secret.
import { pathText, type DocumentPath, type Locate } from '@weighbridge/document';
import { AppError } from '@weighbridge/kernel';

/** `carried`: means the same here. `changed`: carried, and not quite the same. `left`: not carried. */
export type Outcome = 'carried' | 'changed' | 'left';

export interface ToldSetting {
  readonly file: string;
  readonly line: number;
  /** `model_list[0].litellm_params.model` */
  readonly setting: string;
  readonly outcome: Outcome;
  /** Where it stands now; null where nothing stands for it. */
  readonly to: string | null;
  /** How it changed, or why it is left and what to do instead. */
  readonly says: string;
}

interface Leaf {
  readonly path: DocumentPath;
  told: Pick<ToldSetting, 'outcome' | 'to' | 'says'> | null;
}

const LEAVES_MOST = 20_000;
const UNKNOWN = 'nothing here corresponds to it';

export class Settings {
  readonly file: string;
  readonly value: unknown;
  readonly #locate: Locate;
  readonly #leaves = new Map<string, Leaf>();

  /** Throws IMPORT_INVALID where there are more settings than any configuration has. */
  constructor(file: string, value: unknown, locate: Locate) {
    this.file = file;
    this.value = value;
    this.#locate = locate;
    this.#gather(value, []);
  }

  at(path: DocumentPath): unknown {
    let held = this.value;
    for (const part of path) held = (held as Record<string | number, unknown> | null | undefined)?.[part];
    return held;
  }

  line(path: DocumentPath): number {
    return this.#locate(path).line;
  }

  carried(path: DocumentPath, to: string | null, says = ''): void {
    this.#tell(path, { outcome: 'carried', to, says });
  }

  changed(path: DocumentPath, to: string | null, says: string): void {
    this.#tell(path, { outcome: 'changed', to, says });
  }

  left(path: DocumentPath, says: string): void {
    this.#tell(path, { outcome: 'left', to: null, says });
  }

  /** All settings, in the order of the file. */
  told(): readonly ToldSetting[] {
    return [...this.#leaves.values()].map(({ path, told }) => ({
      file: this.file,
      line: this.line(path),
      setting: pathText(path),
      ...(told ?? { outcome: 'left', to: null, says: UNKNOWN }),
    }));
  }

  /** Of all leaves at a place and below it; what was told before stays as it was told. */
  #tell(path: DocumentPath, told: NonNullable<Leaf['told']>): void {
    for (const leaf of leavesOf(this.at(path), path)) {
      const known = this.#leaves.get(nameOf(leaf));
      if (known !== undefined) known.told ??= told;
    }
  }

  #gather(value: unknown, path: DocumentPath): void {
    for (const leaf of leavesOf(value, path)) {
      if (this.#leaves.size >= LEAVES_MOST)
        throw new AppError('IMPORT_INVALID', `${this.file} holds more than ${LEAVES_MOST} settings`, {
          next: 'make several files of it, and import each',
        });
      this.#leaves.set(nameOf(leaf), { path: leaf, told: null });
    }
  }
}

const nameOf = (path: DocumentPath): string => JSON.stringify(path);

/** An empty mapping or list is a setting too: somebody wrote it. */
function* leavesOf(value: unknown, path: DocumentPath): Generator<DocumentPath> {
  if (typeof value !== 'object' || value === null) {
    yield path;
    return;
  }
  const members: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((member, index) => [index, member] as const)
    : Object.entries(value);
  if (members.length === 0) yield path;
  for (const [name, member] of members) yield* leavesOf(member, [...path, name]);
}
