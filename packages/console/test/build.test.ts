// The built console: names that carry their content, nothing inline, and a first load that stays small.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { CONTENT_SECURITY_POLICY } from '@weighbridge/protocol';
import { BASE_PATH, buildConsole, viteConfig } from '../build/build.ts';

const FIRST_LOAD_BYTES = 250 * 1024;

describe('the build', () => {
  let folder = '';
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'weighbridge-build-'));
    await build(viteConfig({ outDir: folder, page: 'index.html' }));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const html = (): string => readFileSync(join(folder, 'index.html'), 'utf8');
  const read = (name: string): string => readFileSync(join(folder, 'files', name), 'utf8');

  test('has nothing inline and nothing from elsewhere', () => {
    assert.doesNotMatch(html(), /<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=|https?:/);
    for (const [, address = ''] of html().matchAll(/(?:src|href)="([^"]+)"/g))
      assert.ok(address.startsWith(BASE_PATH), address);
    assert.match(CONTENT_SECURITY_POLICY, /script-src 'self'; style-src 'self'/);
    assert.doesNotMatch(CONTENT_SECURITY_POLICY, /unsafe/);
  });

  test('names every file but the page and its mark by its content', () => {
    const names = readdirSync(join(folder, 'files'));
    assert.ok(names.length > 5 && names.every((name) => /-[\w-]{8}\.(js|css|woff2)$/.test(name)), names.join(' '));
    assert.deepEqual(readdirSync(folder).toSorted(), ['files', 'index.html', 'mark.svg']);
  });

  test('loads at most 250 kB of JavaScript for the first page, compressed', () => {
    // What the page names, what that imports at once, and the overview, which is fetched right after.
    const entry = /files\/(index-[\w-]+\.js)"/.exec(html())?.[1] ?? '';
    const first = readdirSync(join(folder, 'files')).filter((name) => name.startsWith('overview-page-'));
    const wanted = new Set<string>();
    const follow = (name: string): void => {
      if (wanted.has(name)) return;
      wanted.add(name);
      for (const [, next = ''] of read(name).matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) follow(next);
    };
    for (const name of [entry, ...first]) follow(name);
    const bytes = [...wanted].reduce((sum, name) => sum + gzipSync(read(name)).length, 0);
    assert.ok(wanted.size >= 3, [...wanted].join(' '));
    assert.ok(bytes <= FIRST_LOAD_BYTES, `${bytes} bytes in ${[...wanted].join(' ')}`);
    assert.ok(bytes > 100_000, 'the sum is of the real thing');
  });

  test('holds no schema library, no gallery and no source map', () => {
    const all = readdirSync(join(folder, 'files'))
      .filter((name) => name.endsWith('.js'))
      .map(read)
      .join('');
    assert.doesNotMatch(all, /ZodError|Every part, in every state|sourceMappingURL/);
  });

  test('is made once for a state of its sources', async () => {
    const first = await buildConsole();
    assert.ok(existsSync(join(first.folder, 'index.html')));
    assert.deepEqual(await buildConsole(), { folder: first.folder, built: false });
  });
});
