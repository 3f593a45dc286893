// The table of the console's files: what is built is there, and nothing else is.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { AppError } from '@weighbridge/kernel';
import { openStaticFiles, type StaticAnswer } from '../../src/api/static-files.ts';

const root = mkdtempSync(join(tmpdir(), 'weighbridge-static-'));
after(() => rmSync(root, { recursive: true, force: true }));
const folder = join(root, 'dist');
const page = (text: string): void => writeFileSync(join(folder, 'index.html'), `<!doctype html>${text}`);
mkdirSync(join(folder, 'files'), { recursive: true });
page('one');
writeFileSync(join(folder, 'files', 'index-D0NjAYo2.js'), 'export const a = 1;\n'.repeat(100));
writeFileSync(join(folder, 'mark.svg'), '<svg/>');
writeFileSync(join(folder, 'built-from'), 'a digest');
writeFileSync(join(root, 'secret.html'), 'secret');
symlinkSync(join(root, 'secret.html'), join(folder, 'link.html'));

const files = openStaticFiles(folder);
const get = (path: string, match: string | null = null, gzip = false): Promise<StaticAnswer> =>
  files.answer(path, { match, gzip });
const textOf = ({ body }: StaticAnswer): string => Buffer.from(body ?? []).toString('utf8');
const missing = (error: AppError): boolean => error.code === 'NOT_FOUND';

test('a file whose name holds its digest is kept for good, the start page is asked for each time', async () => {
  const script = await get('files/index-D0NjAYo2.js');
  assert.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(script.headers['content-type'], 'text/javascript; charset=utf-8');
  assert.equal((await get('mark.svg')).headers['cache-control'], 'no-cache');
  const start = await get('');
  assert.equal(start.headers['cache-control'], 'no-cache');
  assert.equal(textOf(start), '<!doctype html>one');
});

test('every address of a page is answered with the start page', async () => {
  for (const path of ['', 'calls', 'calls/01M8KQXNAE6V10X9ZY05FPSZ8S', 'journal/'])
    assert.equal(textOf(await get(path)), '<!doctype html>one', path);
});

test('what is known already is not sent again', async () => {
  const { headers } = await get('mark.svg');
  const again = await get('mark.svg', headers['etag'] ?? '');
  assert.deepEqual([again.status, again.body], [304, null]);
  assert.equal((await get('mark.svg', '"other"')).status, 200);
});

test('text is sent compressed to whoever takes it', async () => {
  const plain = await get('files/index-D0NjAYo2.js');
  const zipped = await get('files/index-D0NjAYo2.js', null, true);
  assert.equal(zipped.headers['content-encoding'], 'gzip');
  assert.ok((zipped.body?.length ?? 0) < (plain.body?.length ?? 0) / 4);
  assert.equal(gunzipSync(zipped.body ?? new Uint8Array()).toString('utf8'), textOf(plain));
});

test('nothing leads out of the folder, and what no browser needs is not served', async () => {
  const paths = [
    '../secret.html',
    'files/../../secret.html',
    '..%2fsecret.html',
    '%2e%2e/secret.html',
    '..\\secret.html',
    '/etc/passwd.html',
    'files//index-D0NjAYo2.js',
    './index.html',
    'link.html',
    'index.html\0.js',
    '__proto__.js',
    'constructor.js',
  ];
  for (const path of paths) await assert.rejects(get(path), missing, path);
  assert.equal(textOf(await get('built-from')), '<!doctype html>one', 'a name without an extension is a page');
});

test('a new build is served from the next request on', async () => {
  page('two, which is longer');
  assert.equal(textOf(await get('')), '<!doctype html>two, which is longer');
});

test('a console that is not built is a page that says so and asks again; its files are not there', async () => {
  const none = openStaticFiles(join(root, 'nowhere'));
  const start = await none.answer('calls', { match: null, gzip: false });
  assert.deepEqual([start.status, start.headers['retry-after']], [503, '2']);
  assert.match(textOf(start), /http-equiv="refresh" content="2".*The console is being built/s);
  assert.doesNotMatch(textOf(start), /<script|<style|style=/);
  await assert.rejects(none.answer('files/x.js', { match: null, gzip: false }), (error: AppError) => {
    assert.equal(error.code, 'NOT_FOUND');
    assert.match(error.next, /npm start/);
    return true;
  });
});
