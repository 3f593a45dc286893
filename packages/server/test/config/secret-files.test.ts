// Files that hold secrets: what is wrong with one is told with its line, and nothing of what it holds.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { Problem } from '@weighbridge/document';
import { checkConfigText } from '@weighbridge/server';
import { makePipe } from '../support/server.ts';
import { GOOD } from './wrong-configurations.ts';

const NOW = Date.UTC(2026, 10, 22);
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-secrets-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string): string => join(folder, name);

const checkCredential = (credential: string): readonly Problem[] =>
  checkConfigText(
    'weighbridge.yaml',
    GOOD.replace('{ kind: api_key, secret: { env: ANTHROPIC_API_KEY } }', credential),
    folder,
    NOW,
  ).problems.filter(({ path: at }) => at.startsWith('credentials.anthropic'));
const checkFile = (name: string): readonly Problem[] =>
  checkCredential(`{ kind: api_key, secret: { file: ${path(name)} } }`);
const secret = (name: string, content: string, mode: number): string => {
  writeFileSync(path(name), content);
  chmodSync(path(name), mode);
  return name;
};

interface Case {
  readonly what: string;
  readonly make: () => string;
  readonly says: RegExp;
  readonly mend: RegExp;
}
const REFUSED: readonly Case[] = [
  {
    what: 'is not there',
    make: () => 'absent',
    says: /absent of credential "anthropic" does not exist/,
    mend: /write the secret into it, or correct the path$/,
  },
  {
    what: 'is empty',
    make: () => secret('empty', '', 0o600),
    says: /empty of credential "anthropic" is empty/,
    mend: /write the secret into it/,
  },
  {
    what: 'holds nothing but blanks',
    make: () => secret('blank', ' \n\n', 0o600),
    says: /blank .* is empty/,
    mend: /write the secret/,
  },
  {
    what: 'is a folder',
    make: () => (mkdirSync(path('folder')), 'folder'),
    says: /folder .* is a folder/,
    mend: /name a regular file/,
  },
  {
    what: 'is a pipe, which nobody waits for',
    make: () => (makePipe(path('pipe')), 'pipe'),
    says: /pipe .* is a pipe/,
    mend: /name a regular file/,
  },
  {
    what: 'is too large to be a secret',
    make: () => secret('large', 'x'.repeat(65_537), 0o600),
    says: /larger than 64 kB/,
    mend: /name the file of the secret/,
  },
  {
    what: 'cannot be read',
    make: () => (symlinkSync('loop', path('loop')), 'loop'),
    says: /loop .* cannot be read \(ELOOP\)/,
    mend: /give the user that runs the gateway leave/,
  },
];

describe('a secret file', () => {
  for (const { what, make, says, mend } of REFUSED) {
    test(`that ${what} is refused at its line, with the reason and the mend`, () => {
      const [problem, ...more] = checkFile(make());
      assert.deepEqual(more, []);
      assert.ok(problem !== undefined);
      assert.deepEqual([problem.severity, problem.code, problem.line], ['error', 'CONFIG_INVALID', 4]);
      assert.equal(problem.path, 'credentials.anthropic.secret.file');
      assert.match(problem.message, says);
      assert.match(problem.mend, mend);
    });
  }

  test(
    'that this user may not read is refused',
    { skip: process.getuid?.() === 0 ? 'root may read every file' : false },
    () => {
      const [problem] = checkFile(secret('closed', 'x', 0o000));
      assert.match(problem?.message ?? '', /cannot be read \(EACCES\)/);
    },
  );

  for (const [mode, whom] of [
    [0o644, /every user of this machine can open it \(mode 0644\)/],
    [0o606, /every user of this machine can open it \(mode 0606\)/],
    [0o660, /its group can write it \(mode 0660\)/],
  ] as const) {
    test(`of mode ${mode.toString(8)} is taken, and called too open`, () => {
      const [problem, ...more] = checkFile(secret('open', 'x', mode));
      assert.deepEqual(more, []);
      assert.deepEqual([problem?.severity, problem?.line], ['warning', 4]);
      assert.match(problem?.message ?? '', whom);
      assert.equal(problem?.mend, `chmod 600 ${path('open')}`);
    });
  }

  test('of mode 600, 400 or 640 is as it should be', () => {
    for (const mode of [0o600, 0o400, 0o640]) assert.deepEqual(checkFile(secret('good', 'x', mode)), []);
  });

  test('of any kind of credential is looked at; a relative path says where it is taken from', () => {
    const aws = checkCredential(
      `{ kind: aws_keys, access_key_id: { file: ${path('no-id')} }, secret_access_key: { file: no-key }, session_token: { env: X } }`,
    ).filter(({ path: at }) => at.endsWith('.file'));
    assert.deepEqual(
      aws.map(({ path: at }) => at),
      ['credentials.anthropic.access_key_id.file', 'credentials.anthropic.secret_access_key.file'],
    );
    assert.match(aws[1]?.mend ?? '', /taken from the working folder/);
    const google = checkCredential(`{ kind: google_file, file: ${path('no-google')} }`);
    assert.ok(google.some(({ message }) => /no-google.*does not exist/.test(message)));
    const entra = checkCredential(`{ kind: entra_workload, tenant: t, client_id: c, token_file: ${path('no-token')} }`);
    assert.ok(entra.some(({ path: at, message }) => at.endsWith('.token_file') && /does not exist/.test(message)));
  });

  test('never shows what it holds', () => {
    const problems = checkFile(secret('shown', 'the-secret-itself', 0o666));
    assert.equal(problems.length, 1);
    assert.ok(!JSON.stringify(problems).includes('the-secret-itself'));
  });
});
