// Traces of real demand: Azure's LLM inference trace (CSV, 7-digit fractions, CRLF, no newline at the end) and Mooncake's
// (JSONL with prefix-block hashes). Read line by line; a bad row is TRACE_INVALID with its line number.
// https://github.com/Azure/AzurePublicDataset, https://github.com/kvcache-ai/Mooncake
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { AppError } from '@weighbridge/kernel';

export interface TraceRow {
  /** Milliseconds since the first row; never goes back. */
  readonly at_ms: number;
  readonly input: number;
  readonly output: number;
  /** Ids of the prompt's blocks of 512 tokens, equal where prompts share a prefix; absent in Azure's form. */
  readonly blocks?: readonly number[];
}

export type TraceForm = 'azure-csv' | 'mooncake-jsonl';

const AZURE_HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens';
const AZURE_ROW = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})\.(\d{1,7}),(\d{1,9}),(\d{1,9})$/;
const TOKENS_CAP = 10_000_000;
const TICKS_PER_MS = 10_000;

const invalid = (line: number, why: string): AppError =>
  new AppError('TRACE_INVALID', `line ${line} of the trace: ${why}`);

/** Reads a trace file, its form told by its first line. Throws TRACE_INVALID; a missing file is NOT_FOUND. */
export async function* readTrace(path: string): AsyncGenerator<TraceRow> {
  const stream = createReadStream(path, { encoding: 'utf8' });
  const opened = new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve());
    stream.once('error', (error) =>
      reject(new AppError('NOT_FOUND', `the trace ${path} cannot be read: ${error.message}`)),
    );
  });
  await opened;
  yield* parseTrace(createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }));
}

/** Parses lines of either form. Throws TRACE_INVALID. */
export async function* parseTrace(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<TraceRow> {
  let number = 0;
  let parse: ((line: string, number: number) => { at: number; row: Omit<TraceRow, 'at_ms'> }) | null = null;
  let first: number | null = null;
  let last = 0;
  let rows = 0;
  for await (const raw of lines) {
    number += 1;
    const line = raw.replace(/\r$/, '').replace(/^\uFEFF/, '');
    if (line.trim() === '') continue;
    if (parse === null) {
      if (line === AZURE_HEADER) {
        parse = azureRow;
        continue;
      }
      if (!line.startsWith('{')) throw invalid(number, `it is neither the header "${AZURE_HEADER}" nor a JSON object`);
      parse = mooncakeRow;
    }
    const { at, row } = parse(line, number);
    first ??= at;
    const since = at - first;
    if (since < last) throw invalid(number, 'its time is before that of the row above');
    last = since;
    rows += 1;
    yield { at_ms: since, ...row };
  }
  if (rows === 0) throw invalid(Math.max(1, number), 'the trace has no rows');
}

function azureRow(line: string, number: number): { at: number; row: Omit<TraceRow, 'at_ms'> } {
  const match = AZURE_ROW.exec(line);
  if (match === null) throw invalid(number, 'expected "YYYY-MM-DD hh:mm:ss.fffffff,tokens,tokens"');
  const [, date = '', time = '', fraction = '', input = '', output = ''] = match;
  const seconds = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(seconds)) throw invalid(number, `"${date} ${time}" is not a time`);
  // Ticks of 100 ns: more than a JavaScript date holds, so the fraction is added as a part of a millisecond.
  const at = seconds + Number(fraction.padEnd(7, '0')) / TICKS_PER_MS;
  return { at, row: { input: tokens(input, number), output: tokens(output, number) } };
}

function tokens(value: unknown, number: number): number {
  const count = Number(value);
  if (Number.isInteger(count) && count >= 0 && count <= TOKENS_CAP) return count;
  throw invalid(number, `"${String(value)}" is no number of tokens`);
}

function mooncakeRow(line: string, number: number): { at: number; row: Omit<TraceRow, 'at_ms'> } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw invalid(number, 'it is not JSON');
  }
  const row = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const { timestamp, input_length: input, output_length: output, hash_ids: ids } = row;
  if (typeof timestamp !== 'number' || !(timestamp >= 0))
    throw invalid(number, '"timestamp" must be milliseconds from 0');
  if (typeof input !== 'number' || typeof output !== 'number')
    throw invalid(number, '"input_length" and "output_length" must be numbers');
  if (ids !== undefined && !(Array.isArray(ids) && ids.every((id) => Number.isInteger(id)))) {
    throw invalid(number, '"hash_ids" must be a list of whole numbers');
  }
  const blocks = ids === undefined ? {} : { blocks: ids as readonly number[] };
  return { at: timestamp, row: { input: tokens(input, number), output: tokens(output, number), ...blocks } };
}
