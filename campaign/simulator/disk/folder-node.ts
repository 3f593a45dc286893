// A folder of the simulated disk. Its names live by the letter of POSIX: what was made, renamed or removed in it stays
// only once the folder itself was synced. A rename is one change: after a loss of power it happened or it did not.
import type { Random } from '../random.ts';
import type { FileNode } from './file-node.ts';

export type Node = FileNode | FolderNode;

/** One change of names. It may touch two folders. */
export interface NameChange {
  readonly folders: readonly FolderNode[];
  readonly apply: (names: (folder: FolderNode) => Map<string, Node>) => void;
}

export class FolderNode {
  readonly ino: number;
  /** As programs see them. */
  names: Map<string, Node> = new Map();
  /** As they are after a loss of power. */
  synced: Map<string, Node> = new Map();

  constructor(ino: number) {
    this.ino = ino;
  }
}

/** The changes of names of one disk since each folder's last sync, in order. */
export class NameJournal {
  #pending: NameChange[] = [];

  make(change: NameChange): void {
    change.apply((folder) => folder.names);
    this.#pending.push(change);
  }

  sync(folder: FolderNode): void {
    for (const change of this.#pending) if (change.folders.includes(folder)) change.apply(({ synced }) => synced);
    this.#pending = this.#pending.filter(({ folders }) => !folders.includes(folder));
  }

  /** Keeps of what is pending either the first so many (as a journalling file system does), or any. */
  losePower(random: Random): void {
    const inOrder = random.chance(0.5);
    const most = random.below(this.#pending.length + 1);
    const keep = random.next();
    this.#pending.forEach((change, index) => {
      if (inOrder ? index < most : random.chance(keep)) change.apply(({ synced }) => synced);
    });
    this.#pending = [];
  }
}
