// Entries of LiteLLM that stand for any model, and those that name none or none of a conversation: carried for the models that
// are named when importing, by the pattern that says most; told with what to do instead else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorsOf, importText, madeOf, mustTellEachOnce, outcomeOf } from './leaves.ts';

const litellm = (text: string) => importText('litellm', text);
const entry = (params: string): string => `model_list:\n  - model_name: m\n    litellm_params: { ${params} }\n`;

test('an entry with a star is carried for the models that are named, by the pattern that says most', () => {
  const text = `model_list:
  - { model_name: "*", litellm_params: { model: "openai/*", api_key: os.environ/OPENAI_API_KEY } }
  - { model_name: "anthropic/*", litellm_params: { model: "anthropic/*", api_key: os.environ/ANTHROPIC_API_KEY } }
  - { model_name: "eu/*-azure", litellm_params: { model: "azure/*", api_base: https://e.openai.azure.com, api_key: k-in-clear-0001 } }
  - { model_name: given, litellm_params: { model: openai/gpt-4.1 } }
`;
  const bare = litellm(text);
  assert.match(outcomeOf(bare, 'model_list[1].litellm_params.model'), /import again with `--model NAME`/);
  const models = ['gpt-4.1', 'anthropic/claude-sonnet-4-5', 'anthropic/claude-haiku-4-5', 'eu/gpt-4.1-azure', 'given'];
  const full = importText('litellm', text, { models });
  mustTellEachOnce(full, text);
  assert.deepEqual(errorsOf(full), []);
  const { routes, deployments } = madeOf(full);
  const led = Object.entries(routes).flatMap(([id, { aliases, candidates }]) =>
    ((aliases ?? [id]) as string[]).map((alias) => {
      const [first] = candidates as { deployment: string }[];
      const { cloud, model, deployment } = deployments[first?.deployment ?? ''] ?? {};
      return `${alias}: ${String(cloud)} ${String(deployment ?? model)}`;
    }),
  );
  assert.deepEqual(led.toSorted(), [
    'anthropic/claude-haiku-4-5: anthropic claude-haiku-4-5',
    'anthropic/claude-sonnet-4-5: anthropic claude-sonnet-4-5',
    'eu/gpt-4.1-azure: azure-openai gpt-4.1',
    'given: openai gpt-4.1',
    'gpt-4.1: openai gpt-4.1',
  ]);
  assert.ok(!JSON.stringify(full).includes('k-in-clear-0001'));
  const none = importText('litellm', text.replace('"*"', '"x/*"'), { models: ['nobody'] });
  assert.ok(none.notes.includes('nobody: no entry of the source serves this model'));
});

test('what is no conversation, and what names no model, is told as that', () => {
  const of = (model: string): string =>
    outcomeOf(litellm(entry(`model: ${model}`)), 'model_list[0].litellm_params.model');
  assert.match(of('dall-e-3'), /images, audio/);
  assert.match(of('text-completion-openai/gpt-3.5-turbo-instruct'), /plain completions/);
  assert.match(of('azure/'), /a provider and no model/);
});
