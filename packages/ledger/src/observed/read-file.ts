// A file of a seller's record, piece by piece: told apart by its first characters (JSON or a table), by its first value (whose record
// it is), and read value by value. What cannot be read is refused with its line, and nothing of the file is taken then: half a record
// would look like coverage.
import { AppError, isAppError, LIMITS } from '@weighbridge/kernel';
import type { ObservedSource, ObservedSpan } from '@weighbridge/protocol';
import { SOURCE_READERS, sourceOf } from './sources.ts';
import { isFields, type Fields, type ReadRow, type SourceReader } from './source.ts';
import { TableReader } from './table-text.ts';

export interface ReadFile {
  readonly source: SourceReader;
  readonly rows: readonly ReadRow[];
  readonly buckets: readonly ObservedSpan[];
}

/** Throws OBSERVED_INVALID with the line, OBSERVED_UNKNOWN where nobody knows the file. `named`: whose record it is said to be. */
export async function readObserved(
  text: AsyncIterable<string> | Iterable<string>,
  named?: ObservedSource,
): Promise<ReadFile> {
  const taking = new Taking(named === undefined ? undefined : SOURCE_READERS[named]);
  let reader: ValueReader | null = null;
  for await (const piece of text) {
    reader ??= readerFor(piece);
    for (const { line, fields } of reader?.push(piece) ?? []) taking.take(fields, line);
  }
  for (const { line, fields } of reader?.end() ?? []) taking.take(fields, line);
  return taking.done();
}

interface Value {
  readonly line: number;
  readonly fields: unknown;
}

interface ValueReader {
  push(text: string): readonly Value[];
  end(): readonly Value[];
}

/** Null while nothing but white space has come. */
function readerFor(piece: string): ValueReader | null {
  const start = piece.replace(/^\uFEFF/, '').trimStart();
  if (start === '') return null;
  return start.startsWith('{') || start.startsWith('[') ? new JsonReader() : new TableReader(LIMITS.observed_line);
}

/** One document, or one value a line. A document over several lines is held whole, to its bound; lines are read as they come. */
class JsonReader implements ValueReader {
  #held = '';
  #line = 1;
  /** Whether the first line is a value by itself; null: it has not come. */
  #lines: boolean | null = null;

  push(text: string): readonly Value[] {
    // A value may come in a thousand pieces: what is held is not looked through again with each of them.
    const ends = (this.#held === '' ? text.trimStart() : text).includes('\n');
    this.#held += text;
    if (this.#held.length > LIMITS.observed_document) throw tooLong();
    if (!ends) return [];
    this.#lines ??= firstLineIsWhole(this.#held);
    return this.#lines ? this.#wholeLines() : [];
  }

  end(): readonly Value[] {
    if (this.#lines === true) {
      this.#held += '\n';
      return this.#wholeLines();
    }
    return this.#held.trim() === '' ? [] : valuesOf(this.#held, 1);
  }

  #wholeLines(): readonly Value[] {
    const end = this.#held.lastIndexOf('\n');
    if (end === -1) return [];
    const lines = this.#held.slice(0, end).split('\n');
    this.#held = this.#held.slice(end + 1);
    const values: Value[] = [];
    for (const line of lines) {
      if (line.trim() !== '') values.push(...valuesOf(line, this.#line));
      this.#line += 1;
    }
    return values;
  }
}

const tooLong = (): AppError =>
  new AppError('OBSERVED_INVALID', `one value has more than ${LIMITS.observed_document} characters`, {
    next: 'write it as one page or record a line: `jq -c .` does',
  });

function firstLineIsWhole(held: string): boolean {
  const start = held.replace(/^\uFEFF/, '').trimStart();
  try {
    JSON.parse(start.slice(0, start.indexOf('\n')));
    return true;
  } catch {
    return false;
  }
}

/** A list is as many values as it has. */
function valuesOf(text: string, line: number): readonly Value[] {
  try {
    const parsed: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    const wrapped = isFields(parsed) && Array.isArray(parsed['value']) ? parsed['value'] : parsed;
    return (Array.isArray(wrapped) ? wrapped : [wrapped]).map((fields: unknown) => ({ line, fields }));
  } catch (cause) {
    throw new AppError('OBSERVED_INVALID', `line ${line}: this is not JSON: ${(cause as Error).message}`, { cause });
  }
}

class Taking {
  readonly #rows: ReadRow[] = [];
  /** By what they are about: a table tells of one again with each row. */
  readonly #buckets = new Map<string, ObservedSpan>();
  #tokens = 0;
  #source: SourceReader | undefined;

  constructor(source: SourceReader | undefined) {
    this.#source = source;
  }

  take(value: unknown, line: number): void {
    if (!isFields(value)) throw new AppError('OBSERVED_INVALID', `line ${line}: a record is a JSON object`);
    this.#source ??= sourceOf(value) ?? unknown(value);
    const { rows, buckets } = this.#read(this.#source, value, line);
    if (this.#rows.length + rows.length > LIMITS.observed_rows) throw tooMany(line);
    // No spread: a page may hold more rows than a call has arguments.
    for (const row of rows) {
      checkFields(row, line);
      for (const count of Object.values(row.tokens ?? {})) this.#tokens += count;
      if (this.#tokens > LIMITS.observed_tokens) throw tooMuch(line);
      this.#rows.push(row);
    }
    for (const bucket of buckets ?? []) this.#buckets.set(`${bucket.from} ${bucket.to}`, bucket);
    if (this.#buckets.size > LIMITS.observed_rows) throw tooMany(line);
  }

  done(): ReadFile {
    if (this.#source === undefined)
      throw new AppError('OBSERVED_UNKNOWN', 'the file is empty, and says of nobody what was used');
    return { source: this.#source, rows: this.#rows, buckets: [...this.#buckets.values()] };
  }

  #read(source: SourceReader, value: Fields, line: number) {
    try {
      if (!source.knows(value) && source.kind === 'buckets' && 'data' in value && !Array.isArray(value['data']))
        throw new AppError('BAD_REQUEST', `\`data\` is no list: it is no ${source.title}`);
      return source.read(value);
    } catch (error) {
      if (!isAppError(error)) throw error;
      throw new AppError('OBSERVED_INVALID', `line ${line}: ${error.message}`, { cause: error });
    }
  }
}

const TEXTS = ['model', 'owner', 'user', 'service', 'id', 'request'] as const;

function checkFields(row: ReadRow, line: number): void {
  for (const name of TEXTS)
    if ((row[name]?.length ?? 0) > LIMITS.field_bytes)
      throw new AppError(
        'OBSERVED_INVALID',
        `line ${line}: its ${name} has more than ${LIMITS.field_bytes} characters`,
      );
  if (row.to <= row.from) throw new AppError('OBSERVED_INVALID', `line ${line}: its time ends before it begins`);
}

const unknown = (value: Fields): never => {
  const names = Object.keys(value).slice(0, 8).join(', ').slice(0, 200);
  throw new AppError('OBSERVED_UNKNOWN', `no reader knows this record: its first value has the fields ${names}`);
};

const tooMuch = (line: number): AppError =>
  new AppError('OBSERVED_INVALID', `line ${line}: one import tells of at most ${LIMITS.observed_tokens} tokens`, {
    next: 'look whether the figures of this line are counts of tokens',
  });

const tooMany = (line: number): AppError =>
  new AppError(
    'OBSERVED_INVALID',
    `line ${line}: one import has at most ${LIMITS.observed_rows} rows and stretches of time`,
    {
      next: 'cut the file by days, and import the parts one after the other',
    },
  );
