// The package is pure: whoever replays a judgement gets the same one. No file, network, clock, chance or environment is reached from it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const SOURCES = join(import.meta.dirname, '../src');
const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const read = (name: string): string => readFileSync(join(SOURCES, name), 'utf8');

test('a source imports the kernel, the document reader, zod and its own files alone', () => {
  const allowed = /^(\.{1,2}\/.+\.ts|zod|@weighbridge\/(kernel|document))$/;
  const strange = files.flatMap((name) =>
    [...read(name).matchAll(/from '([^']+)'/g)].map(([, path = '']) => path).filter((path) => !allowed.test(path)),
  );
  assert.ok(files.length > 15);
  assert.deepEqual(strange, []);
});

test('no source asks for the time, for chance, for the environment or for the network', () => {
  const asks =
    /Date\.now|new Date\(\)|performance\.|Math\.random|process\.|fetch\(|crypto|setTimeout|setInterval|import\(/;
  assert.deepEqual(
    files.filter((name) => asks.test(read(name))),
    [],
  );
});

test('no source turns an amount into a float', () => {
  const floats = files.filter((name) => !name.startsWith('playbook') && /parseFloat|Number\(/.test(read(name)));
  assert.deepEqual(floats, []);
});
