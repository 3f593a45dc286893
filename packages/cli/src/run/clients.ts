// `clients`: the settings of a tool, filled in for the instance that runs.
import { AppError } from '@weighbridge/kernel';
import {
  ANY_PLACE,
  CLIENT_TOOLS,
  dialectNames,
  filledTool,
  toolPage,
  type ClientTool,
  type FilledTool,
  type ToolPlace,
} from '@weighbridge/protocol';
import { askControl, type Status } from '@weighbridge/server';
import { flag, text, type Context, type Run } from '../frame/command.ts';
import { textTable, type Column } from '../frame/text-table.ts';
import { typed } from '../read/command-form.ts';
import { placeOf } from '../read/place.ts';

export const run: Run = async (context) => {
  const [id] = context.arguments;
  const tools = id === undefined ? CLIENT_TOOLS : [toolNamed(id)];
  if (flag(context, 'markdown') && id !== undefined) {
    const page = tools.map((tool) => toolPage(tool)).join('\n');
    return context.out.data(tools, () => page.trimEnd());
  }
  const place = await placeHere(context);
  const filled = tools.map((tool) => filledTool(tool, place));
  return context.out.data(filled, () => (id === undefined ? listed(context) : shown(context, filled)));
};

function toolNamed(id: string): ClientTool {
  const found = CLIENT_TOOLS.find((tool) => tool.id === id.toLowerCase());
  if (found !== undefined) return found;
  const names = CLIENT_TOOLS.map((tool) => tool.id).join(', ');
  throw new AppError('BAD_REQUEST', `no tool is called "${id.slice(0, 64)}"`, {
    next: `name one of ${names}; Claude Code has docs/clients/claude-code.md`,
  });
}

async function placeHere(context: Context): Promise<ToolPlace> {
  const { instance } = placeOf(context);
  const origin = instance === undefined ? ANY_PLACE.origin : (await askStatus(instance.socket)).origin;
  const name = text(context, 'key');
  return {
    origin,
    model: text(context, 'model') ?? ANY_PLACE.model,
    key: name === undefined ? ANY_PLACE.key : `<secret of ${name}>`,
  };
}

const askStatus = (socket: string): Promise<Status> => askControl<Status>(socket, 'GET', '/status');

function listed(context: Context): string {
  const columns: readonly Column<ClientTool>[] = [
    { title: 'Tool', cell: ({ id }) => id },
    { title: 'Name', cell: ({ name }) => name },
    { title: 'Speaks', cell: dialectNames },
    { title: 'Run by a test', cell: ({ test }) => (test === null ? 'no' : 'yes') },
  ];
  const table = textTable(columns, CLIENT_TOOLS);
  return `${table}\n\nSettings to paste: ${typed(context, 'weighbridge clients TOOL')}`;
}

function shown(context: Context, tools: readonly FilledTool[]): string {
  return tools
    .map((tool) => {
      const settings = tool.settings.flatMap((setting) => [`${setting.where}:`, '', indented(setting.text), '']);
      const notes = tool.notes.map((note) => `- ${note}`);
      const make = `A key: ${typed(context, 'weighbridge keys create NAME')} (its secret is shown once).`;
      return [`${tool.name} speaks ${dialectNames(tool)}.`, '', ...settings, ...notes, '', make].join('\n');
    })
    .join('\n\n');
}

const indented = (lines: string): string => lines.replaceAll(/^/gm, '  ');
