// Completions for the shells, made from the table: commands, options, and the words an option can take. Pure text; the
// shell evaluates it once and never starts us to complete.
import { GLOBAL_OPTIONS, type Command, type Option } from './command.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export function completion(shell: Shell, table: readonly Command[]): string {
  if (shell === 'fish') return fish(table);
  const body = bash(table);
  return shell === 'bash' ? body : `#compdef weighbridge\nautoload -U +X bashcompinit && bashcompinit\n${body}`;
}

const optionsOf = (command: Command): readonly Option[] => [...command.options, ...GLOBAL_OPTIONS];

function bash(table: readonly Command[]): string {
  const firsts = [...new Set(table.map((command) => command.name.split(' ')[0] ?? ''))];
  const seconds = (first: string): string[] =>
    table.flatMap((command) => (command.name.startsWith(`${first} `) ? [command.name.slice(first.length + 1)] : []));
  const cases = table.map((command) => {
    const options = optionsOf(command).map((option) => `--${option.name}`);
    const choices = command.arguments.flatMap((argument) => argument.choices ?? []);
    return `    "${command.name}") options="${options.join(' ')}"; words="${choices.join(' ')}" ;;`;
  });
  const families = firsts
    .filter((first) => seconds(first).length > 0)
    .map((first) => `    ${first}) words="${seconds(first).join(' ')}" ;;`);
  const values = [
    ...new Map(
      table
        .flatMap(optionsOf)
        .filter((option) => option.choices !== undefined)
        .map((option) => [option.name, option]),
    ).values(),
  ];
  const valueCases = values.map(
    (option) =>
      `    --${option.name}) COMPREPLY=($(compgen -W "${(option.choices ?? []).join(' ')}" -- "$word")); return ;;`,
  );
  return [
    '_weighbridge() {',
    '  local word="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" words="" options=""',
    '  case "$previous" in',
    ...valueCases,
    '  esac',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    COMPREPLY=($(compgen -W "${firsts.join(' ')}" -- "$word")); return`,
    '  fi',
    '  case "${COMP_WORDS[1]}" in',
    ...families,
    '  esac',
    '  if [ "$COMP_CWORD" -eq 2 ] && [ -n "$words" ]; then',
    '    COMPREPLY=($(compgen -W "$words" -- "$word")); return',
    '  fi',
    '  case "${COMP_WORDS[1]} ${COMP_WORDS[2]}" in',
    ...cases.filter((line) => /^ {4}"\S+ \S+"\)/.test(line)),
    '    *) case "${COMP_WORDS[1]}" in',
    ...cases.filter((line) => /^ {4}"\S+"\)/.test(line)),
    '    esac ;;',
    '  esac',
    '  if [[ "$word" == -* ]]; then',
    '    COMPREPLY=($(compgen -W "$options" -- "$word"))',
    '  elif [ -n "$words" ]; then',
    '    COMPREPLY=($(compgen -W "$words" -- "$word"))',
    '  else',
    '    COMPREPLY=($(compgen -f -- "$word"))',
    '  fi',
    '}',
    'complete -F _weighbridge weighbridge',
  ].join('\n');
}

function fish(table: readonly Command[]): string {
  const lines = ['complete -c weighbridge -f'];
  const firsts = new Map<string, string>();
  for (const command of table) {
    const [first = '', second] = command.name.split(' ');
    if (!firsts.has(first)) firsts.set(first, second === undefined ? command.summary : `${first} …`);
  }
  for (const [first, summary] of firsts)
    lines.push(`complete -c weighbridge -n __fish_use_subcommand -a ${first} -d ${quote(summary)}`);
  for (const command of table) {
    const [first = '', second] = command.name.split(' ');
    const seen = `__fish_seen_subcommand_from ${first}`;
    if (second !== undefined)
      lines.push(`complete -c weighbridge -n ${quote(seen)} -a ${second} -d ${quote(command.summary)}`);
    const when = quote(second === undefined ? seen : `${seen}; and __fish_seen_subcommand_from ${second}`);
    for (const option of optionsOf(command)) {
      const takes =
        option.type === 'boolean'
          ? ''
          : ` -r${option.choices === undefined ? '' : ` -a ${quote(option.choices.join(' '))}`}`;
      lines.push(`complete -c weighbridge -n ${when} -l ${option.name}${takes} -d ${quote(option.summary)}`);
    }
    const choices = command.arguments.flatMap((argument) => argument.choices ?? []);
    if (choices.length > 0) lines.push(`complete -c weighbridge -n ${when} -a ${quote(choices.join(' '))}`);
  }
  return lines.join('\n');
}

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
