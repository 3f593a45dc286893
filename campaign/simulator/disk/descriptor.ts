// What an open descriptor of the simulated disk is, and the small print of calls on one: where a write goes, how much of it
// is done, what a look at a file says.
import type { FileStat } from '@weighbridge/journal';
import { FileNode, SECTOR_BYTES } from './file-node.ts';
import { FolderNode, type Node } from './folder-node.ts';
import { systemError, type Machine } from './machine.ts';

const FOLDER_MODE = 0o40700;
const UNITS = 4096;
const UID = process.getuid?.() ?? 0;

export interface Opened {
  readonly node: Node;
  readonly path: string;
  readonly machine: Machine;
  readonly life: number;
  readonly flags: string;
  position: number;
  /** Failed syncs of the file that this descriptor has been told of. */
  told: number;
}

export function fileOf(node: Node, syscall: string): FileNode {
  if (node instanceof FileNode) return node;
  throw systemError('EISDIR', syscall);
}

/** A write that does less than all ends between two sectors, as on every file system in use. */
export const upToSector = (start: number, count: number, length: number): number =>
  count >= length ? length : Math.max(0, count - ((start + count) % SECTOR_BYTES));

export function shortened(machine: Machine, start: number, length: number): number {
  const count = upToSector(start, machine.short(length), length);
  return count === 0 ? length : count;
}

export const readable = (flags: string): boolean => flags.startsWith('r') || flags.includes('+');

export const startOf = ({ flags, node, position: at }: Opened, position: number | null): number =>
  flags.startsWith('a') && node instanceof FileNode ? node.size : (position ?? at);

export function statOf(node: Node): FileStat {
  const isFolder = node instanceof FolderNode;
  const version = isFolder ? node.ino : node.version;
  return {
    size: isFolder ? UNITS : node.size,
    ino: node.ino,
    mode: isFolder ? FOLDER_MODE : 0o100000 | node.mode,
    uid: UID,
    mtimeMs: version,
    ctimeMs: version,
    isDirectory: () => isFolder,
    isSymbolicLink: () => false,
  };
}
