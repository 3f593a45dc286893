// The routes that docs/routing.md shows are read as they stand there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { STRATEGIES } from '@weighbridge/protocol';
import { checkConfigText } from '@weighbridge/server';

const PAGE = readFileSync(new URL('../../../../docs/routing.md', import.meta.url), 'utf8');

test('docs/routing.md shows routes that can be written so, and names every strategy', () => {
  const routes = /```yaml\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? '';
  const names = [...new Set([...routes.matchAll(/deployment: (\S+)/g)].map(([, name = '']) => name))];
  const deployments = names.map(
    (name) => `  ${name}: { cloud: anthropic, model: claude-sonnet-4-5, credential: c, region: global }`,
  );
  const head = 'version: 1\ncredentials:\n  c: { kind: api_key, secret: { env: KEY } }\n';
  const text = `${head}deployments:\n${deployments.join('\n')}\n${routes}`;
  const { problems } = checkConfigText('weighbridge.yaml', text, '.', Date.UTC(2026, 10, 30));
  assert.deepEqual(problems, []);
  assert.equal(names.length, 3);
  for (const strategy of STRATEGIES) assert.match(PAGE, new RegExp(`^\\| \`${strategy}\``, 'm'));
});
