// How tools are pointed at this instance, in words: which there are, and the chosen one's settings with this instance's own
// address, a route and the name of a key. The secret of a key is never known here.
import { CLIENT_TOOLS, dialectNames, filledTool, type FilledTool, type ToolPlace } from '@weighbridge/protocol';
import type { Headline } from '../headline.ts';

export interface ToolChoice {
  readonly id: string;
  readonly name: string;
  /** `SDK · run by a test`. */
  readonly about: string;
  readonly chosen: boolean;
}

export interface ClientsAsked {
  readonly tool: string;
  /** Empty: the first route there is. */
  readonly model: string;
  /** Empty: no key is named yet. */
  readonly key: string;
}

export interface ClientsText {
  readonly headline: Headline;
  readonly tools: readonly ToolChoice[];
  /** What the settings are filled in with. */
  readonly model: string;
  readonly shown: FilledTool;
  readonly speaks: string;
  readonly tested: string;
  /** The same on the command line. */
  readonly command: string;
}

export function clientsText(asked: ClientsAsked, origin: string, models: readonly string[]): ClientsText {
  const tool = CLIENT_TOOLS.find(({ id }) => id === asked.tool) ?? CLIENT_TOOLS[0];
  const model = asked.model === '' ? (models[0] ?? 'NAME-OF-A-ROUTE') : asked.model;
  const place: ToolPlace = { origin, model, key: asked.key === '' ? 'wb_…' : `<secret of ${asked.key}>` };
  const run = CLIENT_TOOLS.filter(({ test }) => test !== null).length;
  return {
    headline: {
      first: `${CLIENT_TOOLS.length} tools take these settings; all of them call ${origin}.`,
      second: `${run} of them are run by a test of ours. The secret of a key is shown once, when it is made (Settings, Keys).`,
    },
    tools: CLIENT_TOOLS.map(({ id, name, kind, test }) => ({
      id,
      name,
      about: test === null ? kind : `${kind}, run by a test`,
      chosen: id === tool.id,
    })),
    model,
    shown: filledTool(tool, place),
    speaks: dialectNames(tool),
    tested: tool.test === null ? 'no test of ours runs it' : `run through the gateway by ${tool.test}`,
    command: commandOf(tool.id, asked),
  };
}

function commandOf(tool: string, { model, key }: ClientsAsked): string {
  const named = (option: string, value: string): string => (value === '' ? '' : ` --${option} ${quoted(value)}`);
  return `weighbridge clients ${tool}${named('model', model)}${named('key', key)}`;
}

const quoted = (value: string): string => (/^[\w.:@/-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`);
