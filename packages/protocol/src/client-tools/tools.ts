// The tools, each with its settings, what to know, where that is documented, and the test that runs it. Facts as of
// November 2026.
import { AGENTS } from './agents.ts';
import type { ClientTool } from './tool.ts';

const RESPONSES_TEST = 'conformance/responses-clients.test.ts';
const THROUGH_TEST = 'conformance/through-gateway.test.ts';
const SEND_WHOLE =
  'Responses are kept by the seller, not here: with `store: false` the whole input goes along each time, and any route serves it. Without, the calls of a conversation must reach one seller that keeps them (docs/clouds.md, Responses).';
const REASONING =
  'With a model of OpenAI’s that reasons and `store: false`, ask for its reasoning in the form that can be given back: `include: ["reasoning.encrypted_content"]`. Models that do not reason refuse that.';

const SDKS: readonly [ClientTool, ...ClientTool[]] = [
  {
    id: 'openai',
    name: 'OpenAI SDK',
    kind: 'SDK',
    dialects: ['openai-responses', 'openai-chat'],
    settings: [
      {
        where: 'In the shell',
        language: 'sh',
        text: 'export OPENAI_BASE_URL={origin}/v1\nexport OPENAI_API_KEY={key}',
      },
      {
        where: 'Or in TypeScript',
        language: 'ts',
        text: "import OpenAI from 'openai';\n\nconst client = new OpenAI({ baseURL: '{origin}/v1', apiKey: '{key}' });\nconst answer = await client.responses.create({ model: '{model}', input: 'Hello', store: false });\nconsole.log(answer.output_text);",
      },
      {
        where: 'Or in Python',
        language: 'python',
        text: 'from openai import OpenAI\n\nclient = OpenAI(base_url="{origin}/v1", api_key="{key}")\nanswer = client.responses.create(model="{model}", input="Hello", store=False)\nprint(answer.output_text)',
      },
    ],
    notes: [SEND_WHOLE, REASONING],
    sources: ['https://github.com/openai/openai-node', 'https://github.com/openai/openai-python'],
    test: RESPONSES_TEST,
    remote: false,
  },
  {
    id: 'anthropic',
    name: 'Anthropic SDK',
    kind: 'SDK',
    dialects: ['anthropic-messages'],
    settings: [
      {
        where: 'In the shell',
        language: 'sh',
        text: 'export ANTHROPIC_BASE_URL={origin}\nexport ANTHROPIC_API_KEY={key}',
      },
      {
        where: 'Or in TypeScript',
        language: 'ts',
        text: "import Anthropic from '@anthropic-ai/sdk';\n\nconst client = new Anthropic({ baseURL: '{origin}', apiKey: '{key}' });\nconst answer = await client.messages.create({\n  model: '{model}',\n  max_tokens: 1000,\n  messages: [{ role: 'user', content: 'Hello' }],\n});\nconsole.log(answer.content);",
      },
      {
        where: 'Or in Python',
        language: 'python',
        text: 'from anthropic import Anthropic\n\nclient = Anthropic(base_url="{origin}", api_key="{key}")\nanswer = client.messages.create(\n    model="{model}",\n    max_tokens=1000,\n    messages=[{"role": "user", "content": "Hello"}],\n)\nprint(answer.content)',
      },
    ],
    notes: ['The base URL has no `/v1`: the SDK adds it.'],
    sources: [
      'https://github.com/anthropics/anthropic-sdk-typescript',
      'https://github.com/anthropics/anthropic-sdk-python',
    ],
    test: THROUGH_TEST,
    remote: false,
  },
];

const FRAMEWORKS: readonly ClientTool[] = [
  {
    id: 'vercel-ai',
    name: 'Vercel AI SDK',
    kind: 'framework',
    dialects: ['openai-responses', 'openai-chat', 'anthropic-messages'],
    settings: [
      {
        where: 'Responses, the default of its OpenAI provider',
        language: 'ts',
        text: "import { createOpenAI } from '@ai-sdk/openai';\nimport { streamText } from 'ai';\n\nconst openai = createOpenAI({ baseURL: '{origin}/v1', apiKey: '{key}' });\nconst result = streamText({\n  model: openai('{model}'),\n  prompt: 'Hello',\n  providerOptions: { openai: { store: false } },\n});\nfor await (const text of result.textStream) process.stdout.write(text);",
      },
      {
        where: 'Chat Completions',
        language: 'ts',
        text: "import { createOpenAI } from '@ai-sdk/openai';\n\nconst model = createOpenAI({ baseURL: '{origin}/v1', apiKey: '{key}' }).chat('{model}');",
      },
      {
        where: 'Messages',
        language: 'ts',
        text: "import { createAnthropic } from '@ai-sdk/anthropic';\n\nconst model = createAnthropic({ baseURL: '{origin}/v1', apiKey: '{key}' })('{model}');",
      },
    ],
    notes: [
      'Without `store: false` its tool loop refers to kept items by id. A seller of the dialect has them; with Claude behind the route the second step is refused with the words that say so.',
      'Name a route whose model reasons by a name that begins like the maker’s (`gpt-5…`), or set `forceReasoning: true`: the SDK reads from the name what a model can do.',
    ],
    sources: [
      'https://ai-sdk.dev/providers/ai-sdk-providers/openai',
      'https://ai-sdk.dev/providers/ai-sdk-providers/anthropic',
    ],
    test: RESPONSES_TEST,
    remote: false,
  },
  {
    id: 'langchain-js',
    name: 'LangChain.js',
    kind: 'framework',
    dialects: ['openai-chat', 'openai-responses', 'anthropic-messages'],
    settings: [
      {
        where: '`@langchain/openai`, Chat Completions',
        language: 'ts',
        text: "import { ChatOpenAI } from '@langchain/openai';\n\nconst model = new ChatOpenAI({\n  model: '{model}',\n  apiKey: '{key}',\n  configuration: { baseURL: '{origin}/v1' },\n});",
      },
      {
        where: '`@langchain/openai`, Responses',
        language: 'ts',
        text: "import { ChatOpenAI } from '@langchain/openai';\n\nconst model = new ChatOpenAI({\n  model: '{model}',\n  apiKey: '{key}',\n  configuration: { baseURL: '{origin}/v1' },\n  useResponsesApi: true,\n  zdrEnabled: true,\n});",
      },
      {
        where: '`@langchain/anthropic`',
        language: 'ts',
        text: "import { ChatAnthropic } from '@langchain/anthropic';\n\nconst model = new ChatAnthropic({ model: '{model}', apiKey: '{key}', anthropicApiUrl: '{origin}' });",
      },
    ],
    notes: [
      '`zdrEnabled: true` is its word for `store: false`.',
      '`@langchain/anthropic` takes the input count from the head of a stream. Sellers of other dialects tell it at the end, so with them its own count of a streamed call lacks the input; the receipt has it.',
      REASONING,
    ],
    sources: [
      'https://docs.langchain.com/oss/javascript/integrations/chat/openai',
      'https://docs.langchain.com/oss/javascript/integrations/chat/anthropic',
    ],
    test: RESPONSES_TEST,
    remote: false,
  },
  {
    id: 'langchain-python',
    name: 'LangChain (Python)',
    kind: 'framework',
    dialects: ['openai-chat', 'anthropic-messages'],
    settings: [
      {
        where: '`langchain-openai`',
        language: 'python',
        text: 'from langchain_openai import ChatOpenAI\n\nmodel = ChatOpenAI(model="{model}", base_url="{origin}/v1", api_key="{key}", stream_usage=True)',
      },
      {
        where: '`langchain-anthropic`',
        language: 'python',
        text: 'from langchain_anthropic import ChatAnthropic\n\nmodel = ChatAnthropic(model="{model}", base_url="{origin}", api_key="{key}")',
      },
    ],
    notes: ['With another base URL `langchain-openai` asks for streamed usage only where `stream_usage=True` is set.'],
    sources: [
      'https://docs.langchain.com/oss/python/integrations/chat/openai',
      'https://docs.langchain.com/oss/python/integrations/chat/anthropic',
    ],
    test: null,
    remote: false,
  },
  {
    id: 'llamaindex',
    name: 'LlamaIndex',
    kind: 'framework',
    dialects: ['openai-chat'],
    settings: [
      {
        where: '`llama-index-llms-openai-like`',
        language: 'python',
        text: 'from llama_index.llms.openai_like import OpenAILike\n\nllm = OpenAILike(\n    model="{model}",\n    api_base="{origin}/v1",\n    api_key="{key}",\n    is_chat_model=True,\n    is_function_calling_model=True,\n    context_window=200000,\n)',
      },
    ],
    notes: [
      '`OpenAILike`, not `OpenAI`: the latter knows its models by name and refuses the names of routes.',
      '`context_window` is 3,900 unless it is set: give that of the model behind the route.',
    ],
    sources: ['https://developers.llamaindex.ai/python/framework-api-reference/llms/openai_like'],
    test: null,
    remote: false,
  },
  {
    id: 'openai-agents',
    name: 'OpenAI Agents SDK',
    kind: 'framework',
    dialects: ['openai-responses', 'openai-chat'],
    settings: [
      {
        where: 'In TypeScript',
        language: 'ts',
        text: "import { Agent, run, setDefaultOpenAIClient, setTracingDisabled } from '@openai/agents';\nimport OpenAI from 'openai';\n\nsetDefaultOpenAIClient(new OpenAI({ baseURL: '{origin}/v1', apiKey: '{key}' }));\nsetTracingDisabled(true);\nconst agent = new Agent({ name: 'Helper', model: '{model}', modelSettings: { store: false } });\nconsole.log((await run(agent, 'Hello')).finalOutput);",
      },
      {
        where: 'In Python',
        language: 'python',
        text: 'from agents import Agent, ModelSettings, Runner, set_default_openai_client, set_tracing_disabled\nfrom openai import AsyncOpenAI\n\nset_default_openai_client(AsyncOpenAI(base_url="{origin}/v1", api_key="{key}"))\nset_tracing_disabled(True)\nagent = Agent(name="Helper", model="{model}", model_settings=ModelSettings(store=False))\nprint(Runner.run_sync(agent, "Hello").final_output)',
      },
    ],
    notes: [
      'Tracing goes to OpenAI with the key of the client, past the gateway: switch it off, or give it a key of its own.',
      'Its calls are Responses; `setOpenAIAPI("chat_completions")` makes them Chat.',
      SEND_WHOLE,
      REASONING,
    ],
    sources: [
      'https://openai.github.io/openai-agents-js/guides/config/',
      'https://openai.github.io/openai-agents-python/config/',
    ],
    test: RESPONSES_TEST,
    remote: false,
  },
];

const COMMAND_LINES: readonly ClientTool[] = [
  {
    id: 'claude-code',
    name: 'Claude Code',
    kind: 'command line',
    dialects: ['anthropic-messages'],
    settings: [
      {
        where: 'By its own API',
        language: 'sh',
        text: 'export ANTHROPIC_BASE_URL={origin}\nexport ANTHROPIC_AUTH_TOKEN={key}\nclaude --model {model}',
      },
      {
        where: 'Set to Amazon Bedrock',
        language: 'sh',
        text: 'export CLAUDE_CODE_USE_BEDROCK=1\nexport ANTHROPIC_BEDROCK_BASE_URL={origin}\nexport AWS_REGION=us-east-1\nexport AWS_BEARER_TOKEN_BEDROCK={key}\nclaude --model {model}',
      },
      {
        where: 'Set to Google Vertex AI',
        language: 'sh',
        text: 'export CLAUDE_CODE_USE_VERTEX=1\nexport ANTHROPIC_VERTEX_BASE_URL={origin}/v1\nexport ANTHROPIC_VERTEX_PROJECT_ID=any\nexport CLOUD_ML_REGION=global\nexport CLAUDE_CODE_SKIP_VERTEX_AUTH=1\nexport ANTHROPIC_AUTH_TOKEN={key}\nclaude --model {model}',
      },
      {
        where: 'Set to Azure AI Foundry',
        language: 'sh',
        text: 'export CLAUDE_CODE_USE_FOUNDRY=1\nexport ANTHROPIC_FOUNDRY_BASE_URL={origin}/anthropic\nexport ANTHROPIC_FOUNDRY_API_KEY={key}\nclaude --model {model}',
      },
    ],
    notes: [
      'Names in the spelling of Amazon and Google lead to the route of the plain name too.',
      'With `CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY=1` the picker lists what the key may use.',
      'A pair for signing is printed by `weighbridge keys create NAME --aws` (docs/clients/claude-code.md).',
    ],
    sources: ['https://code.claude.com/docs/en/llm-gateway-protocol'],
    test: 'conformance/claude-code.test.ts',
    remote: false,
    ownPage: true,
  },
];

const EDITORS: readonly ClientTool[] = [
  {
    id: 'github-copilot',
    name: 'GitHub Copilot with own keys',
    kind: 'editor',
    dialects: ['openai-chat', 'openai-responses', 'anthropic-messages'],
    settings: [
      {
        where:
          'VS Code 1.122 or newer: Chat: Manage Language Models, Add, Custom Endpoint; then in `chatLanguageModels.json`',
        language: 'json',
        text: '[\n  {\n    "name": "Weighbridge",\n    "vendor": "customendpoint",\n    "apiType": "chat-completions",\n    "models": [\n      {\n        "id": "{model}",\n        "name": "{model}",\n        "url": "{origin}/v1/chat/completions",\n        "toolCalling": true,\n        "vision": true,\n        "maxInputTokens": 128000,\n        "maxOutputTokens": 16000\n      }\n    ]\n  }\n]',
      },
      {
        where: 'Copilot’s command line',
        language: 'sh',
        text: 'export COPILOT_PROVIDER_BASE_URL={origin}/v1\nexport COPILOT_PROVIDER_API_KEY={key}\nexport COPILOT_MODEL={model}\ncopilot',
      },
    ],
    notes: [
      'Give the key in the dialogue, not in the file: VS Code keeps it apart and writes a reference.',
      '`apiType` may be `responses` (with `…/v1/responses`) or `messages` (with `…/v1/messages`).',
      'Set both token limits to those of the model behind the route: they decide how much of the workspace is sent.',
      'In an organisation with Copilot Business or Enterprise an administrator has to allow own keys in the policy.',
      'Completions while typing stay with GitHub: they do not cross the gateway, and belong to what is observed.',
    ],
    sources: [
      'https://code.visualstudio.com/docs/agent-customization/language-models',
      'https://docs.github.com/en/copilot/how-tos/copilot-cli/customize-copilot/use-byok-models',
    ],
    test: null,
    remote: false,
  },
  {
    id: 'cursor',
    name: 'Cursor',
    kind: 'editor',
    dialects: ['openai-chat'],
    settings: [
      {
        where: 'Settings, Models, API Keys',
        language: 'text',
        text: 'OpenAI API Key            {key}\nOverride OpenAI Base URL  {origin}/v1\nAdd model                 {model}',
      },
    ],
    notes: [
      'The override holds for all models of that provider at once; switch it off to use Cursor’s own again.',
      'Cursor has been reported to send a body of Responses to the Chat path for some models of OpenAI’s by name. Such a body is refused here with the field that is missing; name the route otherwise.',
      'Completions while typing and some agent features stay with Cursor’s own models: they do not cross the gateway.',
    ],
    sources: ['https://docs.cursor.com/settings/api-keys', 'https://forum.cursor.com/t/159298'],
    test: null,
    remote: true,
  },
  {
    id: 'continue',
    name: 'Continue',
    kind: 'editor',
    dialects: ['openai-chat', 'anthropic-messages'],
    settings: [
      {
        where: '`~/.continue/config.yaml`',
        language: 'yaml',
        text: 'name: Weighbridge\nversion: 0.0.1\nschema: v1\nmodels:\n  - name: {model}\n    provider: openai\n    model: {model}\n    apiBase: {origin}/v1\n    apiKey: {key}\n    roles: [chat, edit, apply]',
      },
    ],
    notes: ['Leave `autocomplete` out of the roles: it asks the legacy Completions API, which is not served.'],
    sources: ['https://docs.continue.dev/customize/model-providers/top-level/openai'],
    test: null,
    remote: false,
  },
];

export const CLIENT_TOOLS: readonly [ClientTool, ...ClientTool[]] = [
  ...SDKS,
  ...FRAMEWORKS,
  ...COMMAND_LINES,
  ...EDITORS,
  ...AGENTS,
];
