// docs/cli.md, made from the table; a test compares it with the committed file.
import { GLOBAL_OPTIONS, type Command, type Option } from './command.ts';
import { optionText, synopsis } from './help.ts';

export function reference(table: readonly Command[]): string {
  const parts = [
    '# The command line',
    '',
    'Made from the command table by `weighbridge help --markdown`; a test keeps it current.',
    'From a clone, write `npm run weighbridge -- COMMAND` for `weighbridge COMMAND`.',
    '',
    'Data goes to standard output, messages to standard error. Every command takes:',
    '',
    ...optionTable(GLOBAL_OPTIONS),
    '',
    '| exit code | meaning |',
    '|---|---|',
    '| 0 | fine |',
    '| 1 | unexpected: a fault in Weighbridge |',
    '| 2 | usage: the command was not understood |',
    '| 3 | it ran, and the answer is bad: proof invalid, budget exceeded, a check failed |',
    '| 4 | credentials or configuration |',
    '| 5 | unreachable |',
    '| 6 | cannot tell: truncation not excluded, evidence insufficient |',
    '| 130 | interrupted |',
    '',
    'With `--json` an error is one object on standard error: `{ code, message, next }`.',
  ];
  for (const command of table) parts.push('', ...section(command));
  return `${parts.join('\n')}\n`;
}

function section(command: Command): readonly string[] {
  const lines = [`## ${command.name}`, '', `${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`];
  if (command.more !== undefined) lines.push('', command.more);
  lines.push('', '```sh');
  for (const example of command.examples) lines.push(`weighbridge ${example.line}    # ${example.says}`);
  lines.push('```', '', `\`weighbridge ${synopsis(command)}\``);
  if (command.arguments.length > 0) {
    lines.push('', '| argument | |', '|---|---|');
    for (const argument of command.arguments)
      lines.push(`| \`${argument.name}\` | ${cell(argument.summary, argument.choices)} |`);
  }
  if (command.options.length > 0) lines.push('', ...optionTable(command.options));
  const each = command.output.lines === true ? ' (one a line)' : '';
  lines.push(
    '',
    `<details><summary><code>--json</code> prints${each}</summary>`,
    '',
    '```json',
    JSON.stringify(command.output.schema),
    '```',
    '',
    '</details>',
  );
  return lines;
}

function optionTable(options: readonly Option[]): readonly string[] {
  return [
    '| option | |',
    '|---|---|',
    ...options.map((option) => `| \`${optionText(option)}\` | ${cell(option.summary, option.choices)} |`),
  ];
}

const cell = (summary: string, choices: readonly string[] | undefined): string =>
  `${summary}${choices === undefined ? '' : `: ${choices.map((choice) => `\`${choice}\``).join(', ')}`}`.replaceAll(
    '|',
    '\\|',
  );
