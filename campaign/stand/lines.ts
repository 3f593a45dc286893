// Files of JSON lines: what a campaign has done, and goes on from.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** None where there is no file. A last line that was cut off by the end of its writer is none. */
export function readLines<Value>(file: string): Value[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Value);
}

export function appendLines(file: string, values: readonly unknown[]): void {
  appendFileSync(file, values.map((value) => `${JSON.stringify(value)}\n`).join(''));
}
