// The two streams of a command. Data goes to standard output, as text for people or JSON for programs; everything said
// about it goes to standard error. Colour is for terminals whose owner did not object.
import type { ErrorBody } from '@weighbridge/kernel';

export interface Output {
  readonly json: boolean;
  /** Standard output is a terminal. */
  readonly interactive: boolean;
  /** The command's answer: one JSON value under `--json`, else the text that `render` makes. */
  data(value: unknown, render: () => string): void;
  /** One of many: a JSON line under `--json`, else the text. */
  line(value: unknown, render: () => string): void;
  /** For people, on standard error; kept back under `--json`. */
  note(message: string): void;
  /** A message that matters even to a program's log. */
  warn(message: string): void;
  /** Progress: one line redrawn on a terminal, NDJSON on standard error otherwise. */
  progress(state: {
    readonly done: number;
    readonly total: number;
    readonly what: string;
    readonly left_ms?: number;
  }): void;
  /** A whole line of a log, on standard error; false: its reader does not read, and the line was not written. */
  logged(line: string): boolean;
  fail(error: ErrorBody): void;
  readonly paint: Paint;
}

export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  doubt(text: string): string;
}

/** Anything text can be written to; a test hands in a string. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Bytes that its reader has not taken yet. */
  readonly writableLength?: number;
}

/** Bytes of a log that may wait for the reader of standard error. */
const LOG_WAITING_MOST = 1024 * 1024;

export interface OutputOptions {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly json: boolean;
  readonly noColor: boolean;
  /** What stands before the name of a command here; `weighbridge` where nothing is said. */
  readonly start?: string;
}

export function createOutput(options: OutputOptions): Output {
  const { stdout, stderr, json } = options;
  const paint = createPaint(!options.noColor && stdout.isTTY === true);
  // Messages and advice name commands as they are called where the product is installed.
  const typedHere = (advice: string): string =>
    advice.replaceAll('`weighbridge ', `\`${options.start ?? 'weighbridge'} `);
  let drawn = false;
  const clear = (): void => {
    if (drawn) stderr.write('\r\u001b[2K');
    drawn = false;
  };
  const say = (text: string): void => {
    clear();
    stderr.write(`${text}\n`);
  };
  return {
    json,
    interactive: stdout.isTTY === true,
    paint,
    data: (value, render) => {
      clear();
      const text = json ? JSON.stringify(value, null, 2) : render();
      if (text !== '') stdout.write(`${text}\n`);
    },
    line: (value, render) => {
      clear();
      stdout.write(`${json ? JSON.stringify(value) : render()}\n`);
    },
    note: (message) => {
      if (!json) say(typedHere(message));
    },
    warn: (message) => say(typedHere(message)),
    progress: (state) => {
      if (json || stderr.isTTY !== true) {
        stderr.write(`${JSON.stringify({ progress: state })}\n`);
        return;
      }
      const left = state.left_ms === undefined ? '' : `, about ${Math.ceil(state.left_ms / 1000)} s left`;
      stderr.write(`\r\u001b[2K${state.what}: ${state.done} of ${state.total}${left}`);
      drawn = true;
    },
    logged: (line) => {
      if ((stderr.writableLength ?? 0) > LOG_WAITING_MOST) return false;
      clear();
      stderr.write(typedHere(line));
      return true;
    },
    fail: (error) => {
      if (json) say(JSON.stringify(error));
      else say(`${paint.bad('Error')}: ${error.message}\nNext:  ${typedHere(error.next)}\n(${error.code})`);
    },
  };
}

function createPaint(on: boolean): Paint {
  const style = (code: number) => (text: string) => (on ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { bold: style(1), dim: style(2), good: style(32), bad: style(31), doubt: style(33) };
}
