// docs/moving-in.md as a reader follows it: its files, its commands, what comes of them. And the point of it all: what was imported
// starts, and a call crosses it.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { startLab } from '@weighbridge/lab';
import { begin, run, split } from './support/shell.ts';

const PAGE = readFileSync(resolve(import.meta.dirname, '../../../docs/moving-in.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-moving-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const blocks = [...PAGE.matchAll(/```(\w+) ?(\S*)\n([\s\S]*?)```/g)].map(([, kind = '', name = '', text = '']) => ({
  kind,
  name,
  text,
}));

describe('docs/moving-in.md', { concurrency: false }, () => {
  test('does what it says, line by line', async () => {
    for (const { name, text } of blocks.filter(({ name }) => name.includes('.')))
      writeFileSync(join(folder, name), text);
    let ran = 0;
    for (const line of blocks.filter(({ kind }) => kind === 'sh').flatMap(({ text }) => text.trim().split('\n'))) {
      const done = await run(split(line.replace(/^weighbridge /, '')), { folder });
      assert.equal(done.code, 0, `${line}\n${done.stdout}\n${done.stderr}`);
      ran += 1;
    }
    assert.equal(ran, 5);
    const made = readFileSync(join(folder, 'weighbridge.yaml'), 'utf8');
    const excerpt = blocks.find(({ name }) => name === 'excerpt')?.text ?? 'none';
    assert.ok(made.includes(excerpt.replace('routes:\n', '')), made);
    assert.match(made, /^budget: \{ daily: '50\.00' \}$/m);
    assert.doesNotMatch(readFileSync(join(folder, 'portkey.yaml'), 'utf8'), /in-clear-here/);
  });

  test('a file that is there is written over by --force alone, and the report says what to do', async () => {
    const again = await run(['import', 'litellm', 'config.yaml', '--out', 'weighbridge.yaml'], { folder });
    assert.equal(again.code, 2);
    assert.match(again.stderr, /weighbridge\.yaml is there already.*\n.*--force/);
    const forced = await run(['import', 'litellm', 'config.yaml', '--out', 'weighbridge.yaml', '--force'], { folder });
    assert.equal(forced.code, 0, forced.stderr);
    assert.match(forced.stdout, /^config\.yaml: 19 settings\. 18 carried, 0 carried with a change, 1 not carried\./);
    assert.match(
      forced.stdout,
      /Not carried\n +17 {2}router_settings\.cooldown_time {2}circuits open and close by themselves/,
    );
    assert.match(
      forced.stdout,
      /Set before the start\n {2}ANTHROPIC_API_KEY\n {2}AZURE_EAST_KEY\n {2}OPENAI_API_KEY\n/,
    );
    assert.match(
      forced.stdout,
      /Checked: weighbridge\.yaml is good.* Next: `weighbridge up --config weighbridge\.yaml`/,
    );
  });

  test('without --out the configuration is the data, and the report stands beside it', async () => {
    const { code, stdout, stderr } = await run(['import', 'portkey', 'chat.json'], { folder });
    assert.equal(code, 0);
    assert.match(stdout, /^# Made by `weighbridge import portkey` from chat\.json\.\n/);
    assert.match(stderr, /1 not carried|not carried/);
    assert.doesNotMatch(stdout + stderr, /in-clear-here/);
  });

  test('a file that cannot be imported is refused: nothing is written', async () => {
    writeFileSync(join(folder, 'other.yaml'), 'services:\n  web: {}\n');
    for (const [words, code, said] of [
      [['import', 'litellm', 'absent.yaml'], 2, /absent\.yaml cannot be read/],
      [['import', 'litellm', '.'], 2, /no regular file/],
      [['import', 'litellm', 'other.yaml'], 4, /IMPORT_INVALID/],
      [['import', 'portkey', 'chat.json', '--provider', 'openai'], 2, /is no NAME=PROVIDER/],
      [['import', 'portkey', 'chat.json', 'config.yaml', '--route', 'x'], 2, /--route names one route/],
    ] as const) {
      const done = await run([...words, '--out', 'none.yaml'], { folder });
      assert.equal(done.code, code, done.stderr);
      assert.match(done.stderr, said);
      assert.equal(existsSync(join(folder, 'none.yaml')), false);
    }
    writeFileSync(
      join(folder, 'none-carried.yaml'),
      'model_list: [{ model_name: x, litellm_params: { model: watsonx/y } }]\n',
    );
    const nothing = await run(['import', 'litellm', 'none-carried.yaml'], { folder });
    assert.equal(nothing.code, 3);
    assert.match(nothing.stderr, /Nothing that was found could be carried/);
  });
});

test('what was imported starts, and calls cross it to each cloud', async (t) => {
  const lab = await startLab({ folder: join(folder, 'lab'), seed: 7, latency: { mode: 'zero' } });
  t.after(() => lab.stop());
  const { clouds, credentials } = lab.endpoints;
  const source = `model_list:
  - model_name: answers
    litellm_params: { model: azure/gpt-4.1, api_base: os.environ/MOVED_BASE, api_version: '2024-10-21', api_key: os.environ/MOVED_AZURE_KEY }
  - model_name: Claude
    litellm_params: { model: anthropic/claude-sonnet-4-5, api_base: '${clouds.anthropic}', api_key: ${credentials.anthropic_key} }
  - model_name: frankfurt
    litellm_params:
      model: bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0
      aws_bedrock_runtime_endpoint: '${clouds.bedrock}'
      aws_region_name: us-east-1
      aws_access_key_id: os.environ/MOVED_AWS_ID
      aws_secret_access_key: os.environ/MOVED_AWS_SECRET
environment_variables: { MOVED_BASE: '${clouds['azure-openai']}' }
`;
  writeFileSync(join(folder, 'lab.yaml'), source);
  const done = await run(['import', 'litellm', 'lab.yaml', '--out', 'moved.yaml', '--json'], { folder });
  assert.equal(done.code, 0, done.stderr);
  assert.ok(!done.stdout.includes(credentials.anthropic_key));
  const { variables } = JSON.parse(done.stdout) as { variables: { name: string; clear_at: string | null }[] };
  assert.deepEqual(
    variables.filter(({ clear_at: at }) => at !== null),
    [{ name: 'ANTHROPIC_API_KEY', clear_at: 'lab.yaml:5' }],
  );
  const keys: Readonly<Record<string, string>> = {
    MOVED_AZURE_KEY: credentials.azure_openai_key,
    ANTHROPIC_API_KEY: credentials.anthropic_key,
    MOVED_AWS_ID: credentials.aws.access_key_id,
    MOVED_AWS_SECRET: credentials.aws.secret_access_key,
  };
  Object.assign(process.env, keys);
  const instance = begin(['up', '--config', 'moved.yaml', '--port', '0', '--no-sample'], { folder });
  try {
    const [, origin = ''] = await instance.said(/listens at (\S+)/);
    const made = await run(['keys', 'create', 'imported', '--json'], { folder });
    const { key } = JSON.parse(made.stdout) as { key: string };
    for (const model of ['answers', 'Claude', 'frankfurt']) {
      const answer = await fetch(`${origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, max_tokens: 64, messages: [{ role: 'user', content: 'Hello' }] }),
      });
      assert.equal(answer.status, 200, `${model}: ${await answer.text()}`);
      assert.match(answer.headers.get('weighbridge-cost') ?? '', /^0\.\d+ USD/);
    }
  } finally {
    instance.interrupt('SIGTERM');
    await instance.ended;
    for (const name of Object.keys(keys)) delete process.env[name];
  }
});
