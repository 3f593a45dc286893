// Help, made from the table. Examples come first: most people read no further.
import { GLOBAL_OPTIONS, type Command, type Option } from './command.ts';
import type { Paint } from './output.ts';

const GROUPS: readonly { readonly group: Command['group']; readonly title: string }[] = [
  { group: 'run', title: 'Run' },
  { group: 'watch', title: 'Watch' },
  { group: 'prove', title: 'Prove' },
  { group: 'deal', title: 'The deal' },
  { group: 'plan', title: 'Plan (everything an estimate)' },
  { group: 'set up', title: 'Set up' },
  { group: 'lab', title: 'Lab (everything simulated)' },
  { group: 'shell', title: 'Shell' },
];

/** `start`: what stands before the name of a command where help was asked for. */
export function overview(table: readonly Command[], paint: Paint, start: string): string {
  const size = Math.max(...table.map((command) => command.name.length));
  const lines = [
    `${paint.bold('weighbridge')}: the buyer's own scale for AI calls`,
    '',
    paint.bold('Examples'),
    '  weighbridge up                 start everything, with simulated clouds',
    '  weighbridge calls --tail       see calls as they pass',
    '  weighbridge explain ID         why this model, cloud and region; what else it would have cost',
    '  weighbridge verify FILE        check a receipt, offline',
  ];
  for (const { group, title } of GROUPS) {
    const rows = table.filter((command) => command.group === group);
    if (rows.length === 0) continue;
    lines.push('', paint.bold(title));
    for (const command of rows) lines.push(`  ${command.name.padEnd(size)}  ${command.summary}`);
  }
  lines.push('', `Help for one command: ${start} COMMAND --help. For programs: --json.`, ...typedHere(start));
  lines.push(
    'Exit codes: 0 fine, 1 unexpected, 2 usage, 3 the answer is bad, 4 configuration, 5 unreachable, 6 cannot tell, 130 interrupted.',
  );
  return lines.join('\n');
}

/** Of the commands that begin with one word. */
export function familyHelp(family: readonly Command[], paint: Paint, start: string): string {
  const size = Math.max(...family.map(({ name }) => name.length));
  const [first] = family.flatMap(({ examples }) => examples);
  return [
    ...(first === undefined
      ? []
      : [paint.bold('Example'), `  weighbridge ${first.line}  ${paint.dim(first.says)}`, '']),
    paint.bold('Commands'),
    ...family.map(({ name, summary }) => `  ${name.padEnd(size)}  ${summary}`),
    '',
    `Help for one command: ${start} COMMAND --help.`,
    ...typedHere(start),
  ].join('\n');
}

export function commandHelp(command: Command, paint: Paint, start: string): string {
  const lines = [paint.bold('Examples')];
  const size = Math.max(...command.examples.map((example) => example.line.length));
  for (const example of command.examples)
    lines.push(`  weighbridge ${example.line.padEnd(size)}  ${paint.dim(example.says)}`);
  lines.push('', `${paint.bold('weighbridge')} ${synopsis(command)}`, `  ${capital(command.summary)}.`);
  if (command.more !== undefined) lines.push(...wrap(command.more, 96).map((line) => `  ${line}`));
  if (command.arguments.length > 0) {
    lines.push('', paint.bold('Arguments'));
    const most = Math.max(...command.arguments.map((argument) => argument.name.length));
    for (const argument of command.arguments)
      lines.push(`  ${argument.name.padEnd(most)}  ${argument.summary}${choicesOf(argument.choices)}`);
  }
  const options = [...command.options, ...GLOBAL_OPTIONS];
  const most = Math.max(...options.map((option) => optionText(option).length));
  lines.push('', paint.bold('Options'));
  for (const option of options)
    lines.push(`  ${optionText(option).padEnd(most)}  ${option.summary}${choicesOf(option.choices)}`);
  const here = typedHere(start);
  return [...lines, ...(here.length === 0 ? [] : ['', ...here])].join('\n');
}

const typedHere = (start: string): readonly string[] =>
  start === 'weighbridge' ? [] : [`In this clone, type \`${start} COMMAND\` for \`weighbridge COMMAND\`.`];

export function synopsis(command: Command): string {
  const given = command.arguments.map(({ name, required, many }) => {
    const shown = many === true ? `${name}…` : name;
    return required ? shown : `[${shown}]`;
  });
  return [command.name, ...given, '[options]'].join(' ');
}

export function optionText(option: Option): string {
  const value = option.type === 'boolean' ? '' : ` ${option.value ?? 'VALUE'}`;
  return `${option.short === undefined ? '' : `-${option.short}, `}--${option.name}${value}`;
}

const choicesOf = (choices: readonly string[] | undefined): string =>
  choices === undefined ? '' : ` (${choices.join(', ')})`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, line];
}
