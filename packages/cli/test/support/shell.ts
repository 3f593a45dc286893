// A command run in this process with everything around it handed in: what it writes is text, its interrupt is a call.
import { runCommandLine } from '@weighbridge/cli';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly ended: Promise<Ran>;
  /** Resolves once standard output, or standard error, has matched. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  interrupt(signal?: 'SIGINT' | 'SIGTERM'): void;
}

export interface Surrounding {
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeVersion?: string;
}

export function begin(
  words: readonly string[],
  { folder, env = {}, nodeVersion = process.versions.node }: Surrounding,
): Running {
  const controller = new AbortController();
  const waiting: { pattern: RegExp; found: (match: RegExpExecArray) => void; failed: (why: Error) => void }[] = [];
  let stdout = '';
  let stderr = '';
  const look = (): void => {
    for (const wait of waiting) {
      const match = wait.pattern.exec(stdout) ?? wait.pattern.exec(stderr);
      if (match !== null) wait.found(match);
    }
  };
  const ended = runCommandLine(words, {
    stdout: { write: (text) => ((stdout += text), look()) },
    stderr: { write: (text) => ((stderr += text), look()) },
    env,
    workingFolder: folder,
    nodeVersion,
    signal: controller.signal,
  }).then((code) => {
    for (const wait of waiting) wait.failed(new Error(`"${words.join(' ')}" ended with ${code}\n${stdout}\n${stderr}`));
    return { code, stdout, stderr };
  });
  return {
    ended,
    said: (pattern) =>
      new Promise((found, failed) => {
        waiting.push({ pattern, found, failed });
        look();
      }),
    interrupt: (signal = 'SIGINT') => controller.abort(signal),
  };
}

export const run = (words: readonly string[], surrounding: Surrounding): Promise<Ran> =>
  begin(words, surrounding).ended;

/** Splits a line as a shell would, as far as examples need it: words, and words in double quotes. */
export const split = (line: string): string[] =>
  Array.from(line.matchAll(/"([^"]*)"|(\S+)/g), (match) => match[1] ?? match[2] ?? '');
