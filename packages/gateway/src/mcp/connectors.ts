// Descriptions of the gateway for the products that read one before they connect: Power Platform's custom connectors (which
// take OpenAPI 2.0), Microsoft 365 Copilot's plugins (OpenAPI 3.0 and a manifest). They name paths and shapes and nothing of
// the organisation; the host is the one under which they were asked for, over https, as those products demand.
// https://learn.microsoft.com/microsoft-copilot-studio/mcp-add-existing-server-to-agent, MicrosoftDocs plugin-manifest-2.4
import { AppError } from '@weighbridge/kernel';
import { MCP_PATH } from './server.ts';
import { TOOLS } from './tools.ts';

const TITLE = 'Weighbridge';
const ABOUT = 'Models of the organisation through its gateway: every call is held to policy and budgets, and metered.';
const VERSION = '1.0.0';

const PREFIX = '/connectors/';
type Description = (host: string) => object;

const DESCRIPTIONS: Readonly<Record<string, Description>> = {
  'mcp.json': mcpConnector,
  'openapi.json': restConnector,
  'openapi-3.json': restPlugin,
  'plugin.json': pluginManifest,
};

export const isConnector = (path: string): boolean => path.startsWith(PREFIX);

/** Throws NOT_FOUND for a description that is not served. */
export function connectorAt(path: string, host: string): object {
  const name = path.slice(PREFIX.length);
  const description = Object.hasOwn(DESCRIPTIONS, name) ? DESCRIPTIONS[name] : undefined;
  if (description !== undefined) return description(host);
  throw new AppError('NOT_FOUND', `there is no description at ${path.slice(0, 200)}`, {
    next: `ask for one of ${Object.keys(DESCRIPTIONS)
      .map((one) => PREFIX + one)
      .join(', ')}`,
  });
}

/** What all of OpenAPI 2.0 have alike. The whole header is the key: no word stands before it. */
const swagger = (host: string): object => ({
  swagger: '2.0',
  info: { title: TITLE, description: ABOUT, version: VERSION },
  host,
  basePath: '/',
  schemes: ['https'],
  consumes: ['application/json'],
  produces: ['application/json'],
  securityDefinitions: { api_key: { type: 'apiKey', in: 'header', name: 'api-key' } },
  security: [{ api_key: [] }],
});

function mcpConnector(host: string): object {
  const post = {
    summary: TITLE,
    description: ABOUT,
    operationId: 'InvokeMCP',
    'x-ms-agentic-protocol': 'mcp-streamable-1.0',
    responses: { '200': { description: 'Success' } },
  };
  return { ...swagger(host), paths: { [MCP_PATH]: { post } } };
}

// --- the same as plain operations, for flows and for plugins without MCP

const MESSAGE = {
  type: 'object',
  required: ['role', 'content'],
  properties: {
    role: { type: 'string', description: 'system, user or assistant' },
    content: { type: 'string', description: 'What is said' },
  },
};
const QUESTION = {
  type: 'object',
  required: ['model', 'messages'],
  properties: {
    model: { type: 'string', description: 'A name that ListModels gives' },
    messages: { type: 'array', description: 'The conversation so far, the question last', items: MESSAGE },
    max_completion_tokens: { type: 'integer', description: 'The most tokens that the answer may have' },
  },
};
const COUNTS = {
  type: 'object',
  properties: { prompt_tokens: { type: 'integer' }, completion_tokens: { type: 'integer' } },
};
const ANSWER = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    model: { type: 'string', description: 'The model that answered' },
    choices: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          finish_reason: { type: 'string' },
          message: { type: 'object', properties: { content: { type: 'string', description: 'The answer' } } },
        },
      },
    },
    usage: COUNTS,
  },
};
const MODELS = {
  type: 'object',
  properties: { data: { type: 'array', items: { type: 'object', properties: { id: { type: 'string' } } } } },
};

const ASKS = {
  operationId: 'AskModel',
  summary: 'Ask a model',
  description: 'Sends a conversation to one of the organisation’s models and gives its answer.',
};
const LISTS = {
  operationId: 'ListModels',
  summary: 'List models',
  description: 'Names of the models that this key may ask.',
};

function restConnector(host: string): object {
  const answers = (schema: object): object => ({ '200': { description: 'OK', schema } });
  const body = { name: 'body', in: 'body', required: true, schema: QUESTION };
  return {
    ...swagger(host),
    paths: {
      '/v1/chat/completions': { post: { ...ASKS, parameters: [body], responses: answers(ANSWER) } },
      '/v1/models': { get: { ...LISTS, parameters: [], responses: answers(MODELS) } },
    },
  };
}

function restPlugin(host: string): object {
  const json = (schema: object): object => ({ 'application/json': { schema } });
  const answers = (schema: object): object => ({ '200': { description: 'OK', content: json(schema) } });
  return {
    openapi: '3.0.3',
    info: { title: TITLE, description: ABOUT, version: VERSION },
    servers: [{ url: `https://${host}` }],
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
    security: [{ key: [] }],
    paths: {
      '/v1/chat/completions': {
        post: { ...ASKS, requestBody: { required: true, content: json(QUESTION) }, responses: answers(ANSWER) },
      },
      '/v1/models': { get: { ...LISTS, responses: answers(MODELS) } },
    },
  };
}

/** `reference_id` is given when the key is registered in the Teams developer portal: it is the reader's to fill in. */
function pluginManifest(host: string): object {
  return {
    schema_version: 'v2.4',
    name_for_human: TITLE,
    namespace: 'weighbridge',
    description_for_human: 'Models of the organisation, through its gateway.',
    description_for_model: ABOUT,
    functions: TOOLS.map(({ name, description }) => ({ name, description })),
    runtimes: [
      {
        type: 'RemoteMCPServer',
        auth: { type: 'ApiKeyPluginVault', reference_id: '${{APIKEY_REGISTRATION_ID}}' },
        run_for_functions: TOOLS.map(({ name }) => name),
        spec: {
          url: `https://${host}${MCP_PATH}`,
          mcp_tool_description: {
            tools: TOOLS.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
          },
        },
      },
    ],
  };
}
