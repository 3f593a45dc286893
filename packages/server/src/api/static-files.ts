// The built console as a table of names: what is not in the table is not there, so no path leads anywhere else. The folder
// is read whole when first asked for, and again when its start page changed; links are not followed. Names that hold a hash
// of their content are kept by browsers for good, the start page is asked for each time.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { AppError, LIMITS } from '@weighbridge/kernel';

/** Under which path of the origin the console was built to live. */
export const CONSOLE_BASE = '/console/';
const START_PAGE = 'index.html';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};
const COMPRESSED: ReadonlySet<string> = new Set(['.html', '.js', '.css', '.json', '.svg', '.txt']);
const HASHED = /-[\w-]{8,}\.[a-z0-9]+$/;

export interface StaticAnswer {
  /** 503: it is not built yet. */
  readonly status: 200 | 304 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | null;
}

export interface StaticFiles {
  /** `path`: what follows the base. Any path without an extension is the start page's. Throws NOT_FOUND. */
  answer(path: string, headers: { readonly match: string | null; readonly gzip: boolean }): Promise<StaticAnswer>;
}

interface StaticFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
  readonly cache: string;
  /** Made when first asked for; null where it is not worth it. */
  zipped: Promise<Uint8Array<ArrayBuffer>> | null | undefined;
}

export function openStaticFiles(folder: string): StaticFiles {
  let mark = '';
  let files: ReadonlyMap<string, StaticFile> = new Map();
  const load = (): ReadonlyMap<string, StaticFile> => {
    const now = markOf(join(folder, START_PAGE));
    if (now !== mark) [mark, files] = [now, now === '' ? new Map() : readFiles(folder)];
    return files;
  };
  return {
    answer: async (path, { match, gzip: zip }) => {
      const table = load();
      const page = path === '' || extname(path) === '';
      const file = table.get(page ? START_PAGE : path);
      if (file === undefined && page && table.size === 0) return unbuilt();
      if (file === undefined) throw missing(path, table.size === 0);
      const headers = {
        'cache-control': file.cache,
        'content-type': file.type,
        etag: file.etag,
        vary: 'accept-encoding',
      };
      if (match === file.etag) return { status: 304, headers, body: null };
      const zipped = zip ? await zippedOf(file, path) : null;
      if (zipped === null) return { status: 200, headers, body: file.body };
      return { status: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body: zipped };
    },
  };
}

/** Asks for itself again, what stands behind the `#` included; the policy allows no style and no script of its own. */
const UNBUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="2">
<title>Weighbridge</title>
<h1>The console is being built.</h1>
<p>It opens here by itself in a few seconds. If it does not, the messages of <code>npm start</code> say why; calls and the
command line work without it.</p>
`;

const unbuilt = (): StaticAnswer => ({
  status: 503,
  headers: { 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8', 'retry-after': '2' },
  body: new TextEncoder().encode(UNBUILT),
});

const missing = (path: string, unbuilt: boolean): AppError =>
  unbuilt
    ? new AppError('NOT_FOUND', 'the console is not built on this machine', {
        next: 'run `npm start`, which builds it; the API works without it',
      })
    : new AppError('NOT_FOUND', `the console has no file ${path.slice(0, 200)}`, { next: 'go to /console/' });

/** Changes with every build; '' when there is none. */
function markOf(path: string): string {
  const file = lstatSync(path, { throwIfNoEntry: false });
  return file?.isFile() === true ? `${file.ino} ${file.mtimeMs} ${file.size}` : '';
}

function readFiles(folder: string): ReadonlyMap<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const body = new Uint8Array(readFileSync(path));
    bytes += body.length;
    if (files.size >= LIMITS.console_files || bytes > LIMITS.console_bytes)
      throw new AppError('INTERNAL', `the console in ${folder} is larger than a console is`);
    const digest = createHash('sha256').update(body).digest('base64url');
    const cache = HASHED.test(entry.name) ? 'public, max-age=31536000, immutable' : 'no-cache';
    const name = path.slice(folder.length + 1).replaceAll('\\', '/');
    files.set(name, { body, type, etag: `"${digest}"`, cache, zipped: undefined });
  }
  return files;
}

const zip = promisify<Uint8Array, Buffer>(gzip);

function zippedOf(file: StaticFile, path: string): Promise<Uint8Array<ArrayBuffer>> | null {
  const extension = extname(path) === '' ? '.html' : extname(path);
  if (file.zipped === undefined)
    file.zipped = COMPRESSED.has(extension) ? zip(file.body).then((body) => new Uint8Array(body)) : null;
  return file.zipped;
}
