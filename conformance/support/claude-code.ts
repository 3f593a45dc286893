// The Claude Code command line, unmodified, in an environment and a home of its own; nothing it does leaves the loopback.
// Installed without scripts its `bin` is only a message, so the launcher that the package ships for that case is used.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LAUNCHER = new URL('../node_modules/@anthropic-ai/claude-code/cli-wrapper.cjs', import.meta.url).pathname;
const MODEL = 'claude-sonnet-4-5';

export interface Printed {
  readonly is_error: boolean;
  readonly num_turns: number;
  readonly result: string;
  readonly usage: { readonly output_tokens: number };
}

export interface ClaudeRun {
  /** Holds its home and its working folder. */
  readonly folder: string;
  readonly prompt: string;
  readonly model?: string;
  readonly options?: readonly string[];
  /** How it is pointed at the gateway. */
  readonly settings: Readonly<Record<string, string>>;
}

export const homeOf = (folder: string): string => join(folder, 'home-of-claude');

/** What the tool-using prompt asks for: a file of this content lies in the working folder. */
export const NOTE = 'the truck weighs 42 tonnes';

/** A prompt upon which the lab's model calls Bash to read the note. */
export const askForNote = (): string => {
  const args = Buffer.from(JSON.stringify({ command: 'cat note.txt', description: 'Print the note' }));
  return `What does the note say? [lab call=Bash args=${args.toString('base64url')}]`;
};

export const ALLOW_NOTE = ['--allowedTools', 'Bash(cat:*)'];

export async function runClaude({
  folder,
  prompt,
  model = MODEL,
  options = [],
  settings,
}: ClaudeRun): Promise<Printed> {
  const work = join(folder, 'work-of-claude');
  for (const made of [homeOf(folder), work]) mkdirSync(made, { recursive: true });
  writeFileSync(join(work, 'note.txt'), `${NOTE}\n`);
  const args = [LAUNCHER, '-p', prompt, '--model', model, '--output-format', 'json', '--max-turns', '4', ...options];
  const { stdout } = await run(process.execPath, args, {
    cwd: work,
    timeout: 90_000,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: homeOf(folder),
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_ERROR_REPORTING: '1',
      DISABLE_AUTOUPDATER: '1',
      ...settings,
    },
  });
  return JSON.parse(stdout) as Printed;
}
