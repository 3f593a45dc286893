// Builders of agents that take the gateway as tools of theirs: they read one of its descriptions, or speak MCP to it. Their
// own models stay their own; what their agents ask through these tools crosses the gateway as any call.
import type { ClientTool } from './tool.ts';

const STAYS =
  'The model that runs the agent itself stays Microsoft’s and does not cross the gateway (it is observed: docs/coverage.md). What the agent asks through these tools crosses it, under the key of the connection, not of the person who speaks to the agent.';

export const AGENTS: readonly ClientTool[] = [
  {
    id: 'copilot-studio',
    name: 'Copilot Studio',
    kind: 'agent',
    dialects: ['openai-chat'],
    settings: [
      {
        where: 'Tools, Add a tool, New tool, Model Context Protocol',
        language: 'text',
        text: 'Server name         Weighbridge\nServer description  Models of the organisation: asks one by name, and lists their names\nServer URL          {origin}/mcp\nAuthentication      API key, type Header, header name api-key\nKey of the connection  {key}',
      },
      {
        where: 'As a custom connector of Power Apps: Import an OpenAPI file, of one of these',
        language: 'text',
        text: '{origin}/connectors/mcp.json      the tools, by MCP\n{origin}/connectors/openapi.json  plain operations, for flows',
      },
    ],
    notes: ['Generative orchestration must be on for MCP.', STAYS],
    sources: ['https://learn.microsoft.com/microsoft-copilot-studio/mcp-add-existing-server-to-agent'],
    test: null,
    remote: true,
    ownPage: true,
  },
  {
    id: 'microsoft-365-copilot',
    name: 'Microsoft 365 Copilot',
    kind: 'agent',
    dialects: ['openai-chat'],
    settings: [
      {
        where: 'Beside the manifest of a declarative agent, as `weighbridge-plugin.json`',
        language: 'sh',
        text: 'curl -o weighbridge-plugin.json {origin}/connectors/plugin.json',
      },
      {
        where: 'Teams developer portal, Tools, API key registration',
        language: 'text',
        text: 'Base URL     {origin}\nAPI key      {key}\nTarget tenant and app: your own; its id is the `reference_id` of the manifest',
      },
    ],
    notes: ['A plugin is an action of a declarative agent; Microsoft 365 Copilot itself does not call it.', STAYS],
    sources: [
      'https://learn.microsoft.com/microsoft-365-copilot/extensibility/overview-plugins',
      'https://github.com/MicrosoftDocs/m365copilot-docs/blob/main/docs/plugin-manifest-2.4.md',
    ],
    test: null,
    remote: true,
    ownPage: true,
  },
];
