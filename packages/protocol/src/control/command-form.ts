// How a command of ours is typed where an instance was started: through npm in a clone, by its name where it is installed,
// with the options that lead to its folder and its log. Whoever shows a command writes `weighbridge …` and has it put so.

export interface CommandForm {
  /** What stands before the name of the command: `weighbridge`, or `npm run weighbridge --`. */
  readonly start: string;
  /** What stands after it; '' where the defaults lead there. */
  readonly options: string;
}

const NAME = 'weighbridge ';
export const PLAIN_FORM: CommandForm = { start: NAME.trim(), options: '' };

/** A line that begins with `weighbridge`; any other is left as it is. */
export const typedAs = ({ start, options }: CommandForm, line: string): string =>
  line.startsWith(NAME) ? `${start} ${line.slice(NAME.length)}${options === '' ? '' : ` ${options}`}` : line;

/** One word of a shell. */
export const shellWord = (text: string): string =>
  /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
