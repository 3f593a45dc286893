// What is known of a tool that can be pointed at the gateway. Settings are texts with three places to fill in, so that the
// page, the documents and the command line say the same; a key's secret is never one of them.
import type { DialectId } from '../market.ts';

export interface ToolSetting {
  /** Where it goes: `in the shell`, `~/.continue/config.yaml`. */
  readonly where: string;
  readonly language: 'sh' | 'ts' | 'python' | 'json' | 'yaml' | 'text';
  /** With `{origin}`, `{model}` and `{key}`. */
  readonly text: string;
}

export interface ClientTool {
  /** As the command line and the name of its page have it. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'SDK' | 'framework' | 'command line' | 'editor' | 'agent';
  readonly dialects: readonly DialectId[];
  readonly settings: readonly [ToolSetting, ...ToolSetting[]];
  /** What one has to know, a sentence each. */
  readonly notes: readonly string[];
  /** Where the settings are documented by whoever makes the tool. */
  readonly sources: readonly [string, ...string[]];
  /** Our test that runs the real tool, below the repository; null where none does. */
  readonly test: string | null;
  /** It calls from its maker's servers, so a loopback address does not reach the gateway. */
  readonly remote: boolean;
  /** Its page in docs/clients is written by hand and says more; the settings stand in it as they stand here. */
  readonly ownPage?: true;
}

/** What stands in the places of a setting. */
export interface ToolPlace {
  /** Of the gateway: `http://127.0.0.1:7411`. */
  readonly origin: string;
  /** A name that leads to a route. */
  readonly model: string;
  /** What stands for the key: an environment variable, or its name in angle brackets. Never the secret. */
  readonly key: string;
}

/** Ready to paste at one place. */
export interface FilledTool extends Omit<ClientTool, 'settings'> {
  readonly settings: readonly ToolSetting[];
}

export const filledTool = (tool: ClientTool, place: ToolPlace): FilledTool => ({
  ...tool,
  settings: tool.settings.map((setting) => ({ ...setting, text: settingText(setting, place) })),
  notes: [...tool.notes, ...placeNotes(tool, place)],
});

const settingText = ({ text }: ToolSetting, { origin, model, key }: ToolPlace): string =>
  text.replaceAll('{origin}', origin).replaceAll('{model}', model).replaceAll('{key}', key);

/** For a document, which stands for no instance. */
export const ANY_PLACE: ToolPlace = { origin: 'http://127.0.0.1:7411', model: 'claude-sonnet-4-5', key: 'wb_…' };

/** Whether an address is reached from this machine alone. */
const isLoopback = (origin: string): boolean => /^https?:\/\/(?:127\.|localhost|\[::1\])/.test(origin);

/** What is true of this tool at this place besides its settings. */
function placeNotes(tool: ClientTool, place: ToolPlace): readonly string[] {
  if (!tool.remote || !isLoopback(place.origin)) return [];
  return [
    `${tool.name} calls from its maker's servers: ${place.origin} is this machine alone, so give the gateway an https address that they reach.`,
  ];
}

const DIALECT_NAMES: Readonly<Record<DialectId, string>> = {
  'openai-chat': 'OpenAI Chat Completions',
  'openai-responses': 'OpenAI Responses',
  'anthropic-messages': 'Anthropic Messages',
  'bedrock-converse': 'Amazon Bedrock Converse',
};

export const dialectNames = (tool: Pick<ClientTool, 'dialects'>): string =>
  tool.dialects.map((dialect) => DIALECT_NAMES[dialect]).join(', ');

/** `docs/clients/<id>.md`. */
export function toolPage(tool: ClientTool, place: ToolPlace = ANY_PLACE): string {
  const tested =
    tool.test === null
      ? 'No test of ours runs it: the settings are its maker’s own words.'
      : `A test of ours runs the real thing through the gateway: [${tool.test.split('/').at(-1) ?? ''}](../../${tool.test}).`;
  const settings = tool.settings.map(
    (setting) => `${setting.where}:\n\n\`\`\`${setting.language}\n${settingText(setting, place)}\n\`\`\`\n`,
  );
  const notes = [...tool.notes, ...(tool.remote ? [REMOTE] : [])].map((note) => `- ${note}`);
  const sources = tool.sources.map((source) => `<${source}>`).join(', ');
  return [
    `# ${tool.name}\n`,
    `Speaks ${dialectNames(tool)}. ${tested}\n`,
    '`wb_…` is a key of yours (`weighbridge keys create NAME`), the model is a name of a route, and',
    `\`weighbridge clients ${tool.id}\` prints this with the address of the running instance.\n`,
    ...settings,
    ...(notes.length === 0 ? [] : [`${notes.join('\n')}\n`]),
    `Source: ${sources}.\n`,
  ].join('\n');
}

const REMOTE =
  'It calls from its maker’s servers, not from the machine it runs on: the gateway needs an https address that they reach.';
