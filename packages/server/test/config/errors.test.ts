// Every way in which a configuration file can be wrong: where it is reported, why, and what mends it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { AppError } from '@weighbridge/kernel';
import type { Problem } from '@weighbridge/document';
import { checkConfigFile, checkConfigText, checkConfigValue, requireConfig } from '@weighbridge/server';
import { GOOD, WRONG } from './wrong-configurations.ts';

const NOW = Date.UTC(2026, 10, 22);
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-config-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const check = (text: string): readonly Problem[] => checkConfigText('weighbridge.yaml', text, folder, NOW).problems;
const errors = (text: string): readonly Problem[] => check(text).filter((problem) => problem.severity === 'error');

describe('a configuration that is wrong', () => {
  test('the one that all cases start from is right, with nothing to warn of', () => {
    assert.deepEqual(check(GOOD), []);
  });
  for (const { what, change, code = 'CONFIG_INVALID', line, column, says, mend } of WRONG) {
    test(`${what} is refused at line ${line}, with its mend`, () => {
      assert.ok(GOOD.includes(change[0]), `the case changes what is there: ${change[0]}`);
      const found = errors(GOOD.replace(change[0], change[1]));
      const problem = found.find((each) => says.test(each.message) && each.line === line);
      assert.ok(problem !== undefined, JSON.stringify(found, null, 2));
      assert.equal(problem.code, code);
      if (column !== undefined) assert.equal(problem.column, column);
      assert.match(problem.mend, mend);
    });
  }
  test('all problems are told at once, in the order of the file', () => {
    const found = errors(
      GOOD.replace('organisation', 'organization')
        .replace('cloud: anthropic', 'cloud: nowhere')
        .replace('[sonnet]', '7'),
    );
    assert.ok(found.length >= 3, JSON.stringify(found));
    assert.deepEqual(
      found.map((problem) => problem.line),
      found.map((problem) => problem.line).toSorted((a, b) => a - b),
    );
  });
  test('no message repeats a secret', () => {
    const secret = 'sk-ant-api03-0123456789abcdefghij';
    for (const [from, to] of [
      ['{ env: ANTHROPIC_API_KEY }', secret],
      ['ANTHROPIC_API_KEY', `"${secret}"`],
      ['claude-sonnet-4-5\n', `${secret}\n`],
      ['organisation: acme', `${secret}: 1`],
    ] as const) {
      const found = errors(GOOD.replace(from, to));
      assert.ok(
        found.some((problem) => problem.code === 'CONFIG_SECRET'),
        to,
      );
    }
    const written = JSON.stringify(errors(GOOD.replace('{ env: ANTHROPIC_API_KEY }', secret)));
    assert.ok(!written.includes(secret), written);
  });
  test('a thousand mistakes are reported up to a bound', () => {
    const many = Array.from({ length: 1000 }, (_, index) => `nonsense${index}: 1`).join('\n');
    const found = errors(`${GOOD}\n${many}`);
    assert.ok(found.length > 50 && found.length <= 200, String(found.length));
  });
  test('anchors that would blow up are refused', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...Array.from(
        { length: 8 },
        (_, i) => `${'bcdefghi'[i]}: &${'bcdefghi'[i]} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`,
      ),
    ].join('\n');
    assert.ok(errors(bomb).length > 0);
  });
});

describe('a configuration that is doubtful', () => {
  test('a deployment without a price is a warning, and a hard budget is named', () => {
    const found = check(GOOD.replace('model: claude-sonnet-4-5', 'model: claude-of-tomorrow'));
    const warning = found.find((problem) => problem.severity === 'warning');
    assert.match(warning?.message ?? '', /has no price.*hard budget refuses/);
    assert.match(warning?.mend ?? '', /priced_as/);
    assert.equal(warning?.line, 6);
  });
  test('what nothing leads to is a warning', () => {
    const found = check(
      GOOD.replace(
        'deployments:\n',
        'deployments:\n  spare: { cloud: anthropic, model: claude-sonnet-4-5, credential: anthropic, region: global }\n',
      ),
    );
    assert.deepEqual(
      found.map(({ severity, line, message }) => ({ severity, line, message })),
      [{ severity: 'warning', line: 6, message: 'no route leads to "spare"' }],
    );
  });
  test('a bypass that no route names is a warning', () => {
    const found = check(
      GOOD.replace('keys:\n', 'bypasses:\n  keep-up: { owner: ops, reason: it must go on }\nkeys:\n'),
    );
    assert.deepEqual(
      found.map(({ severity, line, message }) => ({ severity, line, message })),
      [{ severity: 'warning', line: 17, message: 'no route names the bypass "keep-up"' }],
    );
  });
  test('a margin in which the seller may not have cancelled a batch is a warning, and none is needed', () => {
    const batched = (batch: string): readonly string[] => {
      const other = `  other: { cloud: openai, model: gpt-4.1, credential: anthropic, region: global, batch: ${batch} }\n`;
      return check(GOOD.replace('deployments:\n', `deployments:\n${other}`)).map(({ message }) => message);
    };
    assert.match(batched('{ margin: 10m }').join('\n'), /"other" waits 10m before a deadline, half of it for "openai"/);
    assert.doesNotMatch([...batched('{ margin: 30m }'), ...batched('{}')].join('\n'), /before a deadline/);
  });
  test('one key for two clouds is a warning: a secret of one seller would be sent to another', () => {
    const second = '  other: { cloud: openai, model: gpt-4.1, credential: anthropic, region: global }\nroutes:\n';
    const found = check(
      GOOD.replace('routes:\n', second).replace(
        '- deployment: sonnet-direct',
        '- deployment: sonnet-direct\n      - deployment: other',
      ),
    );
    assert.match(
      found.map(({ message }) => message).join('\n'),
      /credential "anthropic" is sent to anthropic and to openai/,
    );
  });
  test('a region that no deployment runs in is a warning', () => {
    const found = check(GOOD.replace('routes: [sonnet]', 'routes: [sonnet], regions: [globl]'));
    assert.match(found[0]?.message ?? '', /no deployment runs in "globl"/);
    assert.match(found[0]?.mend ?? '', /did you mean "global"/);
  });
});

describe('where a configuration comes from', () => {
  test('a file that is not there is told by its path', () => {
    assert.throws(
      () => checkConfigFile(join(folder, 'none.yaml'), NOW),
      (error: AppError) =>
        error.code === 'CONFIG_INVALID' &&
        /none\.yaml does not exist/.test(error.message) &&
        /--config/.test(error.next),
    );
  });
  test('a file that is too large is refused before it is read', () => {
    const path = join(folder, 'large.yaml');
    writeFileSync(path, `# ${'x'.repeat(1024 * 1024)}\n`);
    assert.throws(
      () => checkConfigFile(path, NOW),
      (error: AppError) => error.code === 'CONFIG_INVALID' && /larger than/.test(error.message),
    );
  });
  test('what is no regular file is refused, not waited for', () => {
    assert.throws(
      () => checkConfigFile('/dev/zero', NOW),
      (error: AppError) => error.code === 'CONFIG_INVALID' && /is no regular file/.test(error.message),
    );
  });
  test('brackets without end are called what they are', () => {
    const found = errors('['.repeat(50_000));
    assert.match(found[0]?.message ?? '', /nested too deeply/);
  });
  test('a configuration that is wrong cannot be required: the error holds every problem', () => {
    const loaded = checkConfigText(
      'w.yaml',
      GOOD.replace('organisation', 'organization').replace('cloud: anthropic', 'cloud: nowhere'),
      folder,
      NOW,
    );
    assert.throws(
      () => requireConfig(loaded),
      (error: AppError) =>
        error.code === 'CONFIG_INVALID' && /w\.yaml:2:1/.test(error.message) && /w\.yaml:7:12/.test(error.message),
    );
  });
  test('a secret in clear has a code of its own', () => {
    const loaded = checkConfigText('w.yaml', GOOD.replace('{ env: ANTHROPIC_API_KEY }', 'hunter2'), folder, NOW);
    assert.throws(
      () => requireConfig(loaded),
      (error: AppError) => error.code === 'CONFIG_SECRET',
    );
  });
  test('an empty file is told what is missing', () => {
    const found = errors('');
    assert.match(found[0]?.message ?? '', /version is missing/);
  });
  test('a configuration made by the program is checked alike, without lines', () => {
    const { problems, config } = checkConfigValue(
      'made',
      { version: 1, routes: { a: { candidates: [{ deployment: 'b' }] } } },
      folder,
      NOW,
    );
    assert.equal(config, undefined);
    assert.equal(problems[0]?.line, 0);
    assert.match(problems[0]?.message ?? '', /no deployment named "b"/);
  });
});
