// What is made from the command table: help, completions, the reference page; and how what is typed is understood.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { completion, COMMANDS, reference, SHELLS } from '@weighbridge/cli';
import { OBSERVED_SOURCES, STRATEGIES } from '@weighbridge/protocol';
import { run, split } from './support/shell.ts';

const folder = tmpdir();
const GLOBAL = ['json', 'home', 'log', 'no-input', 'help'];

describe('the table', () => {
  test('names are unique, of one or two words, and no command hides another', () => {
    const names = COMMANDS.map((command) => command.name);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^[a-z]+(-[a-z]+)?( [a-z]+(-[a-z]+)?)?$/);
    const families = new Set(names.filter((name) => name.includes(' ')).map((name) => name.split(' ')[0]));
    assert.deepEqual(
      names.filter((name) => families.has(name)),
      [],
    );
  });
  test('every example uses only options that its command has', () => {
    for (const command of COMMANDS) {
      const known = new Set([...command.options.map((option) => option.name), ...GLOBAL]);
      for (const example of command.examples) {
        assert.ok(example.line.startsWith(command.name), example.line);
        for (const word of split(example.line)) {
          if (word.startsWith('--')) assert.ok(known.has(word.slice(2)), `${example.line}: ${word}`);
        }
      }
    }
  });
  test('names that stand in the protocol as well are the same there', () => {
    const choices = (command: string, name: string): readonly string[] | undefined =>
      COMMANDS.find((each) => each.name === command)?.options.find((option) => option.name === name)?.choices;
    assert.deepEqual(choices('route simulate', 'strategy'), STRATEGIES);
    assert.deepEqual(choices('observe', 'source'), OBSERVED_SOURCES);
  });
  test('no option takes a secret', () => {
    const secretive = COMMANDS.flatMap((command) =>
      command.options.map((option) => `${command.name} --${option.name}`),
    ).filter((name) => /secret|password|token|api-key/.test(name));
    assert.deepEqual(secretive, []);
  });
  test('every command that the console shows or copies is one, with options that it has', () => {
    const pages = fileURLToPath(new URL('../../console/src/', import.meta.url));
    const shown = readdirSync(pages, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !path.startsWith('gallery'))
      .flatMap((path) => [...readFileSync(join(pages, path), 'utf8').matchAll(/['"`>]weighbridge ([a-z][^'"`<]*)/g)])
      .map(([, line = '']) => line.replaceAll(/\$\{[^}]*\}?/g, 'X'));
    assert.ok(shown.length > 10, 'the console shows commands');
    for (const line of shown) {
      const command = COMMANDS.find(({ name }) => line === name || line.startsWith(`${name} `));
      assert.ok(command !== undefined, `"${line}" is no command`);
      const known = new Set([...command.options.map(({ name }) => name), ...GLOBAL]);
      for (const [, option = ''] of line.matchAll(/ --([a-z-]+)/g))
        assert.ok(known.has(option), `${line}: --${option}`);
    }
  });
  test('what docs/routing.md types is an example of the table, and so is run', () => {
    const page = readFileSync(new URL('../../../docs/routing.md', import.meta.url), 'utf8');
    const typed = [...page.matchAll(/^weighbridge (.+)$/gm)].map(([, line]) => line);
    const lines = new Set(COMMANDS.flatMap(({ examples }) => examples.map(({ line }) => line)));
    assert.ok(typed.length > 0);
    assert.deepEqual(
      typed.filter((line) => !lines.has(line ?? '')),
      [],
    );
  });

  test('docs/cli.md says what the table says', () => {
    const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
    assert.equal(page, reference(COMMANDS), 'run: weighbridge help --markdown > docs/cli.md');
  });
});

describe('help', () => {
  test('leads with examples', async () => {
    const { stdout, code } = await run(['verify', '--help'], { folder });
    assert.equal(code, 0);
    assert.match(stdout, /^Examples\n {2}weighbridge verify/);
  });
  test('names every command and what the exit codes mean', async () => {
    const { stdout } = await run(['help'], { folder });
    for (const command of COMMANDS) assert.ok(stdout.includes(command.summary), command.name);
    assert.match(stdout, /Exit codes: 0 fine/);
  });
  test('of a first word alone tells all commands that begin with it', async () => {
    for (const words of [
      ['help', 'plan'],
      ['plan', '--help'],
    ]) {
      const { stdout, code } = await run(words, { folder });
      assert.equal(code, 0);
      for (const { name, summary } of COMMANDS)
        assert.equal(stdout.includes(`  ${name} `) && stdout.includes(summary), name.startsWith('plan '), name);
    }
  });
  test('nothing typed shows help, and is a misuse', async () => {
    const { stdout, code } = await run([], { folder });
    assert.equal(code, 2);
    assert.match(stdout, /Examples/);
  });
});

describe('what is typed wrong', () => {
  const WRONG: readonly (readonly [string, number, RegExp])[] = [
    ['recipt ID', 2, /did you mean `weighbridge receipt`/],
    ['keys creat x', 2, /did you mean `weighbridge keys create`/],
    ['keys', 2, /use one of: keys create, keys list, keys revoke/],
    ['bananas', 2, /see `weighbridge help`/],
    ['calls --tial', 2, /did you mean --tail/],
    ['calls --limit', 2, /--limit needs a value/],
    ['calls --limit many', 2, /is no number from 1/],
    ['calls --outcome complete', 2, /did you mean completed/],
    ['calls --since yesterday', 2, /90m, 6h, 7d ago/],
    ['calls --tail=yes', 2, /takes no value/],
    ['calls more', 2, /does not understand "more"/],
    ['receipt', 2, /needs ID/],
    ['spend --by tean', 2, /did you mean team/],
    ['completion bsh', 2, /did you mean bash/],
    ['verify nothing-here --key x', 2, /no file or folder/],
    ['recover', 2, /needs a reason/],
    ['keys create ci --expires 2020-01-01', 2, /has passed already/],
    ['status', 5, /up/],
    ['lab faults', 5, /weighbridge lab up/],
    ['config check', 4, /--config/],
    ['up --live', 4, /ANTHROPIC_API_KEY/],
  ];
  for (const [line, code, says] of WRONG) {
    test(`weighbridge ${line}: exit ${code}, and what to do instead`, async () => {
      const ran = await run([...split(line), '--home', `${folder}/weighbridge-no-such-home`], { folder });
      assert.equal(ran.code, code, ran.stderr);
      assert.match(ran.stderr, says);
      assert.match(ran.stderr, /^Error: /);
      assert.equal(ran.stdout, '');
    });
  }
  test('an older Node is named, with the version that is needed', async () => {
    const { code, stderr } = await run(['calls'], { folder, nodeVersion: '24.9.0' });
    assert.equal(code, 4);
    assert.match(stderr, /this is Node 24\.9\.0, and 26 or later is needed/);
    assert.match(stderr, /NODE_VERSION/);
  });
  test('with --json an error is one object on standard error', async () => {
    const { stdout, stderr, code } = await run(['recipt', '--json'], { folder });
    assert.equal(code, 2);
    assert.equal(stdout, '');
    const error = JSON.parse(stderr) as Record<string, string>;
    assert.deepEqual(Object.keys(error), ['code', 'message', 'next']);
    assert.equal(error['code'], 'USAGE');
  });
});

describe('completions', () => {
  test('bash accepts its script, and completes commands and options', () => {
    const script = completion('bash', COMMANDS);
    const ask = (words: string, at: number): string =>
      execFileSync(
        'bash',
        ['-c', `${script}\nCOMP_WORDS=(${words}); COMP_CWORD=${at}; _weighbridge; echo "\${COMPREPLY[@]}"`],
        { encoding: 'utf8' },
      ).trim();
    assert.equal(ask('weighbridge rec', 1), 'receipt recover');
    assert.equal(ask('weighbridge keys ""', 2), 'create list revoke');
    assert.equal(ask('weighbridge keys create --te', 3), '--team');
    assert.equal(ask('weighbridge calls --outcome ""', 3), 'completed error refused cut client_gone interrupted');
    assert.equal(ask('weighbridge completion ""', 2), 'bash zsh fish');
  });
  test('every shell learns every command', () => {
    for (const shell of SHELLS) {
      const script = completion(shell, COMMANDS);
      for (const command of COMMANDS) {
        for (const word of command.name.split(' ')) assert.ok(script.includes(word), `${shell}: ${command.name}`);
      }
    }
  });
});
