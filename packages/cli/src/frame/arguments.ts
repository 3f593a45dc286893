// From what was typed to a command with checked options. Whatever is not understood is refused with the nearest thing
// that is: a mistyped option that is silently ignored is an option that silently does not work.
import { AppError, didYouMean } from '@weighbridge/kernel';
import { GLOBAL_OPTIONS, type Command, type Option } from './command.ts';

export interface Parsed {
  readonly command: Command;
  readonly arguments: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | readonly string[]>>;
}

/** Finds the row for the words typed; the longest name wins. Throws USAGE with the nearest name. */
export function findCommand(
  words: readonly string[],
  table: readonly Command[],
): { command: Command; rest: readonly string[] } {
  const named = nameIn(words);
  const names = named.map((at) => words[at] ?? '');
  const command = table.find((each) => each.name === names.join(' ')) ?? table.find((each) => each.name === names[0]);
  if (command === undefined) throw unknownCommand(names, table);
  const used = new Set(named.slice(0, command.name.split(' ').length));
  return { command, rest: words.filter((_, at) => !used.has(at)) };
}

/** Where the first two words stand that are neither options nor, as far as every command shares them, their values. */
function nameIn(words: readonly string[]): readonly number[] {
  const found: number[] = [];
  for (let at = 0; at < words.length && found.length < 2; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) {
      found.push(at);
      continue;
    }
    if (found.length > 0) break;
    const option = GLOBAL_OPTIONS.find(({ name }) => word === `--${name}`);
    if (option?.type === 'string') at += 1;
  }
  return found;
}

/** Commands of two words that begin with this one. */
export const familyOf = (word: string | undefined, table: readonly Command[]): readonly Command[] =>
  table.filter(({ name }) => name.startsWith(`${word} `));

function unknownCommand(words: readonly string[], table: readonly Command[]): AppError {
  const family = familyOf(words[0], table).map(({ name }) => name);
  if (family.length > 0 && words.length === 1) {
    return new AppError('USAGE', `"${words[0]}" needs a second word`, { next: `use one of: ${family.join(', ')}` });
  }
  const asked = words.slice(0, 2).join(' ');
  const names = table.map((command) => command.name);
  const near = didYouMean(asked, family.length > 0 ? family : names) ?? didYouMean(words[0] ?? '', names);
  const next = near === undefined ? 'see `weighbridge help`' : `did you mean \`weighbridge ${near}\`?`;
  return new AppError('USAGE', `there is no command "${family.length > 0 ? asked : (words[0] ?? '')}"`, { next });
}

export function parseArguments(words: readonly string[], command: Command): Parsed {
  const known = [...command.options, ...GLOBAL_OPTIONS];
  const options: Record<string, string | boolean | string[]> = {};
  const given: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') {
      given.push(...words.slice(at + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      given.push(word);
      continue;
    }
    const [name, inline] = splitOption(word);
    const option = findOption(name, known, command);
    if (option.type === 'boolean') {
      if (inline !== undefined) throw usage(command, `--${option.name} takes no value`);
      options[option.name] = true;
      continue;
    }
    const value = inline ?? words[++at];
    if (value === undefined || (inline === undefined && value.startsWith('--')))
      throw usage(command, `--${option.name} needs a value: --${option.name} ${option.value ?? 'VALUE'}`);
    store(options, option, checkChoice(option, value, command));
  }
  if (options['help'] !== true) checkArguments(given, command);
  return { command, arguments: given, options };
}

function splitOption(word: string): [string, string | undefined] {
  const equals = word.indexOf('=');
  return equals === -1 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

function findOption(word: string, known: readonly Option[], command: Command): Option {
  const found = known.find(
    (option) => word === `--${option.name}` || (option.short !== undefined && word === `-${option.short}`),
  );
  if (found !== undefined) return found;
  const near = didYouMean(
    word.replace(/^-+/, ''),
    known.map((option) => option.name),
  );
  const next = near === undefined ? `see \`weighbridge ${command.name} --help\`` : `did you mean --${near}?`;
  throw new AppError('USAGE', `\`weighbridge ${command.name}\` has no option ${word}`, { next });
}

function checkChoice(option: Option, value: string, command: Command): string {
  if (option.choices === undefined || option.choices.includes(value)) return value;
  const near = didYouMean(value, option.choices);
  const next = near === undefined ? `use one of: ${option.choices.join(', ')}` : `did you mean ${near}?`;
  throw new AppError('USAGE', `--${option.name} of \`weighbridge ${command.name}\` cannot be "${value}"`, { next });
}

function store(options: Record<string, string | boolean | string[]>, option: Option, value: string): void {
  if (option.many !== true) {
    options[option.name] = value;
    return;
  }
  const held = options[option.name];
  if (Array.isArray(held)) held.push(value);
  else options[option.name] = [value];
}

function checkArguments(given: readonly string[], command: Command): void {
  const missing = command.arguments.find((argument, index) => argument.required && given[index] === undefined);
  if (missing !== undefined)
    throw usage(command, `\`weighbridge ${command.name}\` needs ${missing.name}: ${missing.summary}`);
  if (given.length > command.arguments.length && command.arguments.at(-1)?.many !== true) {
    throw usage(command, `\`weighbridge ${command.name}\` does not understand "${given[command.arguments.length]}"`);
  }
  for (const [index, argument] of command.arguments.entries()) {
    const value = given[index];
    if (value === undefined || argument.choices === undefined || argument.choices.includes(value)) continue;
    const near = didYouMean(value, argument.choices);
    throw new AppError('USAGE', `${argument.name} cannot be "${value}"`, {
      next: near === undefined ? `use one of: ${argument.choices.join(', ')}` : `did you mean ${near}?`,
    });
  }
}

const usage = (command: Command, message: string): AppError =>
  new AppError('USAGE', message, { next: `for example: weighbridge ${command.examples[0].line}` });
