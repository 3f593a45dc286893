// Where things lie in a journal's folder. `log/` may be shown to anybody; `records/` is private and beside it; `index/`
// can be rebuilt from both. Tiles are kept as arrays of hashes and bundles in parts of 16,384 entries, so that one
// checkpoint costs a handful of syncs instead of one per tile; the tlog-tiles paths are a view of these files.
import { join } from 'node:path';

/** Entries in one part file of leaves, records or ids. A part is 64 bundles. */
export const PART_ENTRIES = 16_384;
export const BUNDLE_ENTRIES = 256;
/** Hashes in one file of a tile level: 4,096 tiles, 32 MiB. */
export const HASH_FILE_HASHES = 2 ** 20;

export const logFolder = (folder: string): string => join(folder, 'log');
export const checkpointPath = (folder: string): string => join(folder, 'log', 'checkpoint');
export const cosignedPath = (folder: string): string => join(folder, 'log', 'cosigned');
export const vkeyPath = (folder: string): string => join(folder, 'log', 'vkey');
/** Statements by which the log's key was handed over, for everybody to read; made from the entries that hold them. */
export const handoversPath = (folder: string): string => join(folder, 'log', 'handovers');
export const hashesPath = (folder: string, level: number, part: number): string =>
  join(folder, 'log', 'tile', String(level), String(part));
export const entriesFolder = (folder: string): string => join(folder, 'log', 'entries');
export const recordsFolder = (folder: string): string => join(folder, 'records');
export const idsFolder = (folder: string): string => join(folder, 'index', 'ids');
export const kindPath = (folder: string, kind: string): string => join(folder, 'index', 'kinds', kind);
export const indexMarksPath = (folder: string): string => join(folder, 'index', 'marks');
export const positionsPath = (folder: string): string => join(folder, 'positions');
export const epochPath = (folder: string): string => join(folder, 'epoch');
export const walFolder = (folder: string): string => join(folder, 'wal');
