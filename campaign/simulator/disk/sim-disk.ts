// The disk that the product runs on in the simulator: the same interface as the machine's own, in memory. The first part
// of a path names the machine. Calls behave as on POSIX; what a machine's faults and its crash add to that is drawn from
// its seed.
import type { Disk, FileStat, FineFileStat } from '@weighbridge/journal';
import type { Random } from '../random.ts';
import { fileOf, readable, shortened, startOf, statOf, upToSector, type Opened } from './descriptor.ts';
import { FileNode, SECTOR_BYTES } from './file-node.ts';
import { FolderNode, type NameChange, type Node } from './folder-node.ts';
import { Crashed, Machine, systemError } from './machine.ts';

/** Deliberate faults of the code under test: what it asks of the disk is not done. */
export interface Sabotage {
  /** A sync of this file or folder does nothing. */
  readonly skipsSync?: (path: string) => boolean;
  /** Listings leave this out. */
  readonly hides?: (path: string) => boolean;
  /** Writes over what is there already do nothing. */
  readonly dropsOverwrite?: (path: string) => boolean;
}

/** A place in the tree: the folder, the name in it, and what stands there. */
interface Place {
  readonly machine: Machine;
  readonly folder: FolderNode;
  readonly name: string;
  readonly node: Node | undefined;
}

/** Of the numbers that a file system counts its room in. */
const UNITS = 4096;

export class SimDisk implements Disk {
  readonly #machines = new Map<string, Machine>();
  readonly #opened = new Map<number, Opened>();
  readonly #syncs: { readonly at: Opened; readonly done: (error: Error | null) => void }[] = [];
  #nextFd = 100;
  #nextIno = 1;
  sabotage: Sabotage = {};
  /** Told of each file whose sync failed. */
  onFailedSync: (path: string) => void = () => undefined;
  /** Told of each file that takes a name by a rename. */
  onRename: (path: string, content: () => string) => void = () => undefined;

  addMachine(name: string, random: Random): Machine {
    const machine = new Machine(name, new FolderNode((this.#nextIno += 1)), random);
    this.#machines.set(name, machine);
    return machine;
  }

  /** Whether a sync was begun and is not settled. */
  get syncsWaiting(): number {
    return this.#syncs.filter(({ at }) => at.machine.up && at.life === at.machine.life).length;
  }

  /** Settles the oldest sync that was begun. */
  settleSync(): void {
    const waiting = this.#syncs.shift();
    if (waiting === undefined) return;
    const { at, done } = waiting;
    if (!at.machine.up || at.life !== at.machine.life) return;
    let failure: Error | null = null;
    try {
      at.machine.enter();
      this.#sync(at);
    } catch (error) {
      failure = error as Error;
    }
    if (at.machine.up) done(failure);
  }

  openSync(path: string, flags: string, mode = 0o666): number {
    const place = this.#enter(path);
    place.machine.mayFail('open');
    const exclusive = flags.includes('x');
    const creates = flags.startsWith('w') || flags.startsWith('a');
    let { node } = place;
    if (node !== undefined && exclusive) throw systemError('EEXIST', 'open', path);
    if (node === undefined && !creates) throw systemError('ENOENT', 'open', path);
    if (node === undefined) node = this.#create(place, mode);
    else if (flags.startsWith('w') && node instanceof FileNode) node.cut(0);
    const fd = (this.#nextFd += 1);
    const { machine } = place;
    const told = node instanceof FileNode ? node.failures : 0;
    this.#opened.set(fd, { node, path, machine, life: machine.life, flags, position: 0, told });
    return fd;
  }

  closeSync(fd: number): void {
    this.#opened.delete(fd);
  }

  readSync(fd: number, buffer: Uint8Array, offset: number, length: number, position: number): number {
    const { machine, node } = this.#use(fd, 'read');
    machine.mayFail('read');
    if (!readable(this.#opened.get(fd)?.flags ?? '')) throw systemError('EBADF', 'read');
    return fileOf(node, 'read').read(buffer, offset, machine.short(length), position);
  }

  writeSync(fd: number, buffer: Uint8Array, offset: number, length: number, position: number | null): number {
    const opened = this.#opened.get(fd);
    const whole = buffer.subarray(offset, offset + length);
    const at = this.#use(fd, 'write', (random) => {
      if (opened === undefined) return;
      const start = startOf(opened, position);
      const cut = upToSector(start, random.below(length + 1), length);
      if (cut > 0) fileOf(opened.node, 'write').write(whole.subarray(0, cut), start);
    });
    const { machine } = at;
    machine.mayFail('write');
    if (at.flags === 'r') throw systemError('EBADF', 'write');
    const file = fileOf(at.node, 'write');
    const start = startOf(at, position);
    const fits = this.#fits(machine, file, start, length);
    const count = fits < length ? fits : shortened(machine, start, length);
    if (start < file.size && this.sabotage.dropsOverwrite?.(at.path) === true) return count;
    file.write(whole.subarray(0, count), start);
    if (position === null) at.position = start + count;
    return count;
  }

  fsyncSync(fd: number): void {
    this.#sync(this.#use(fd, 'fsync'));
  }

  fdatasyncSync(fd: number): void {
    this.#sync(this.#use(fd, 'fdatasync'));
  }

  fdatasync(fd: number, done: (error: Error | null) => void): void {
    try {
      this.#syncs.push({ at: this.#use(fd, 'fdatasync'), done });
    } catch (error) {
      // A machine that goes down says nothing any more.
      if (!(error instanceof Crashed)) throw error;
    }
  }

  ftruncateSync(fd: number, length: number): void {
    const { machine, node } = this.#use(fd, 'ftruncate');
    machine.mayFail('ftruncate');
    if (this.#opened.get(fd)?.flags === 'r') throw systemError('EINVAL', 'ftruncate');
    fileOf(node, 'ftruncate').cut(length);
  }

  fstatSync(fd: number): FileStat {
    return statOf(this.#use(fd, 'fstat').node);
  }

  statSync(path: string, options: { readonly throwIfNoEntry: false }): FileStat | undefined;
  statSync(path: string, options: { readonly throwIfNoEntry: false; readonly bigint: true }): FineFileStat | undefined;
  statSync(
    path: string,
    options: { readonly throwIfNoEntry: false; readonly bigint?: true },
  ): (FileStat & FineFileStat) | FileStat | FineFileStat | undefined {
    const { node } = this.#enter(path);
    if (node === undefined) return undefined;
    if (options.bigint !== true) return statOf(node);
    const version = BigInt(node instanceof FileNode ? node.version : node.ino);
    return { ino: BigInt(node.ino), mtimeNs: version, ctimeNs: version };
  }

  lstatSync(path: string): FileStat | undefined {
    return this.statSync(path, { throwIfNoEntry: false });
  }

  statfsSync(path: string): { readonly bavail: number; readonly bsize: number } {
    const { machine } = this.#enter(path);
    return { bavail: machine.faults.full ? 0 : 1_000_000, bsize: UNITS };
  }

  existsSync(path: string): boolean {
    return this.#enter(path).node !== undefined;
  }

  readdirSync(path: string): string[] {
    const { node, machine } = this.#enter(path);
    machine.mayFail('scandir');
    if (node === undefined) throw systemError('ENOENT', 'scandir', path);
    if (node instanceof FileNode) throw systemError('ENOTDIR', 'scandir', path);
    return [...node.names.keys()].filter((name) => this.sabotage.hides?.(`${path}/${name}`) !== true);
  }

  mkdirSync(path: string): string | undefined {
    let first: string | undefined;
    const parts = path.split('/').slice(1);
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const below = `/${parts.slice(0, depth).join('/')}`;
      const place = this.#find(below);
      if (depth === parts.length || place.node === undefined) place.machine.enter();
      if (place.node !== undefined) continue;
      if (place.machine.faults.full) throw this.#noSpace(place.machine, 'mkdir');
      const made = new FolderNode((this.#nextIno += 1));
      this.#change(place, ({ names, folder, name }) => names(folder).set(name, made));
      first ??= below;
    }
    return first;
  }

  renameSync(from: string, to: string): void {
    const source = this.#enter(from);
    source.machine.mayFail('rename');
    const { node } = source;
    if (node === undefined) throw systemError('ENOENT', 'rename', from);
    const target = this.#find(to);
    if (target.folder === NOWHERE) throw systemError('ENOENT', 'rename', to);
    source.machine.journal.make({
      folders: [source.folder, target.folder],
      apply: (names) => {
        if (names(source.folder).get(source.name) === node) names(source.folder).delete(source.name);
        names(target.folder).set(target.name, node);
      },
    });
    if (node instanceof FileNode) this.onRename(to, () => node.content().toString('utf8'));
  }

  rmSync(path: string, options: { readonly force?: boolean; readonly recursive?: boolean } = {}): void {
    const place = this.#enter(path);
    if (place.node === undefined) {
      if (options.force === true) return;
      throw systemError('ENOENT', 'rm', path);
    }
    if (place.node instanceof FolderNode && options.recursive !== true) throw systemError('EISDIR', 'rm', path);
    this.#change(place, ({ names, folder, name }) => void names(folder).delete(name));
  }

  readFileSync(path: string): Buffer;
  readFileSync(path: string, encoding: 'utf8'): string;
  readFileSync(path: string, encoding?: 'utf8'): Buffer | string {
    const { machine, node } = this.#enter(path);
    machine.mayFail('read');
    if (node === undefined) throw systemError('ENOENT', 'open', path);
    const content = fileOf(node, 'read').content();
    return encoding === 'utf8' ? content.toString('utf8') : Buffer.from(content);
  }

  writeFileSync(path: string, content: string, options: { readonly mode: number }): void {
    this.#writeWhole(path, Buffer.from(content), options.mode);
  }

  #writeWhole(path: string, content: Buffer, mode: number): void {
    const fd = this.openSync(path, 'w', mode);
    for (let done = 0; done < content.length;) done += this.writeSync(fd, content, done, content.length - done, done);
    this.closeSync(fd);
  }

  #sync(opened: Opened): void {
    const { machine, node, path } = opened;
    if (this.sabotage.skipsSync?.(path) === true) return;
    if (node instanceof FolderNode) return machine.journal.sync(node);
    try {
      machine.mayFail('fsync');
    } catch (error) {
      node.failSync();
      this.onFailedSync(path);
      opened.told = node.failures;
      throw error;
    }
    const untold = opened.told < node.failures;
    opened.told = node.failures;
    node.sync(machine.random);
    if (untold) throw systemError('EIO', 'fsync');
  }

  /** How many of `length` bytes at `start` find room. Throws ENOSPC for none. */
  #fits(machine: Machine, file: FileNode, start: number, length: number): number {
    if (!machine.faults.full || start + length <= file.size) return length;
    // What is left of the last sector belongs to the file already.
    const owned = Math.ceil(file.size / SECTOR_BYTES) * SECTOR_BYTES;
    const fits = Math.min(length, Math.max(0, owned - start));
    if (fits === 0) throw this.#noSpace(machine, 'write');
    return fits;
  }

  #noSpace(machine: Machine, syscall: string): Error {
    machine.injected += 1;
    return systemError('ENOSPC', syscall);
  }

  #create(place: Place, mode: number): FileNode {
    if (place.folder === NOWHERE) throw systemError('ENOENT', 'open', place.name);
    if (place.machine.faults.full) throw this.#noSpace(place.machine, 'open');
    const node = new FileNode((this.#nextIno += 1), mode);
    this.#change(place, ({ names, folder, name }) => names(folder).set(name, node));
    return node;
  }

  #change(
    { machine, folder, name }: Place,
    apply: (at: { names: Parameters<NameChange['apply']>[0]; folder: FolderNode; name: string }) => void,
  ): void {
    machine.journal.make({ folders: [folder], apply: (names) => apply({ names, folder, name }) });
  }

  #use(fd: number, syscall: string, cut?: (random: Random) => void): Opened {
    const opened = this.#opened.get(fd);
    if (opened === undefined) throw systemError('EBADF', syscall);
    // The program that opened it died; nothing that it still does happens.
    if (opened.life !== opened.machine.life) throw systemError('EBADF', syscall);
    opened.machine.enter(cut);
    return opened;
  }

  #enter(path: string): Place {
    const place = this.#find(path);
    place.machine.enter();
    return place;
  }

  #find(path: string): Place {
    const [, first = '', ...rest] = path.split('/');
    const machine = this.#machines.get(first);
    if (machine === undefined) throw systemError('ENOENT', 'open', path);
    let folder = machine.root;
    for (const part of rest.slice(0, -1)) {
      const next = folder.names.get(part);
      if (next === undefined) return { machine, folder: NOWHERE, name: part, node: undefined };
      if (next instanceof FileNode) throw systemError('ENOTDIR', 'open', path);
      folder = next;
    }
    const name = rest.at(-1);
    if (name === undefined) return { machine, folder: NOWHERE, name: first, node: machine.root };
    return { machine, folder, name, node: folder.names.get(name) };
  }

  /** Makes all of a machine's disk stay as it is. */
  syncAll(machine: Machine): void {
    const look = (folder: FolderNode): void => {
      machine.journal.sync(folder);
      for (const node of folder.names.values()) {
        if (node instanceof FileNode) node.sync(machine.random);
        else look(node);
      }
    };
    look(machine.root);
  }

  /** A second machine whose disk holds what this one's holds now. */
  copyMachine(machine: Machine, name: string, random: Random): Machine {
    const copy = this.addMachine(name, random);
    const fill = (from: FolderNode, to: FolderNode): void => {
      for (const [child, node] of from.names) {
        const made =
          node instanceof FileNode
            ? new FileNode((this.#nextIno += 1), node.mode)
            : new FolderNode((this.#nextIno += 1));
        to.names.set(child, made);
        to.synced.set(child, made);
        if (node instanceof FileNode && made instanceof FileNode) made.write(node.content(), 0);
        if (node instanceof FolderNode && made instanceof FolderNode) fill(node, made);
      }
    };
    fill(machine.root, copy.root);
    this.syncAll(copy);
    return copy;
  }

  /** Every file of a machine and its content, without a call that could fail: for whoever looks from outside. */
  filesOf(machine: Machine): Map<string, Buffer> {
    const files = new Map<string, Buffer>();
    const look = (folder: FolderNode, path: string): void => {
      for (const [name, node] of folder.names) {
        if (node instanceof FileNode) files.set(`${path}/${name}`, Buffer.from(node.content()));
        else look(node, `${path}/${name}`);
      }
    };
    look(machine.root, '');
    return files;
  }
}

/** Stands in for a folder that does not exist: nothing is ever found or put there. */
const NOWHERE = new FolderNode(0);
