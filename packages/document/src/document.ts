// A file that a person writes, read whole: YAML, its shape, and what its reader says of the meaning. Everything that is wrong
// with it is told at once, each with line, reason and mend; a file with an error gives no value.
import type { ErrorCode } from '@weighbridge/kernel';
import type { z } from 'zod';
import { byPlace, refuseErrors, type Problem, type ProblemList } from './problem.ts';
import { checkShape } from './shape.ts';
import { DOCUMENT_BYTES_MOST, parseText } from './text.ts';

export interface DocumentForm<Value> {
  /** In a sentence: "the contract". */
  readonly what: string;
  /** Under which it is refused. */
  readonly code: ErrorCode;
  /** What to do once it is mended, where that is not what the code's row says. */
  readonly next?: string;
  readonly schema: z.ZodType<Value>;
  /** What the shape cannot say: names that exist, dates in order. Paths are those of the value. */
  readonly meaning?: (value: Value, problems: ProblemList) => void;
  /** Name of the file, where it is one that comes with the product: it is parsed once, not at every start. */
  readonly shipped?: string;
}

export interface CheckedDocument<Value> {
  /** Undefined when an error stops it. */
  readonly value: Value | undefined;
  /** Errors and warnings, in the order of the text. */
  readonly problems: readonly Problem[];
}

/** `text` as it stands in the file. */
export function checkDocument<Value>(text: string, form: DocumentForm<Value>): CheckedDocument<Value> {
  const parsed = parseText(text.length > DOCUMENT_BYTES_MOST ? '' : text, form.code, form.shipped);
  if (text.length > DOCUMENT_BYTES_MOST)
    parsed.problems.error([], `it is larger than ${DOCUMENT_BYTES_MOST} characters`, 'make several files of it');
  else if (!hasErrors(parsed.problems)) {
    const value = checkShape(parsed.value, form.schema, parsed.problems);
    if (value !== undefined) form.meaning?.(value, parsed.problems);
    if (value !== undefined && !hasErrors(parsed.problems))
      return { value, problems: parsed.problems.all.toSorted(byPlace) };
  }
  return { value: undefined, problems: parsed.problems.all.toSorted(byPlace) };
}

/** The value of a file without errors; else throws under the form's code. `file`: its name in messages. */
export function readDocument<Value>(file: string, text: string, form: DocumentForm<Value>): Value {
  const { value, problems } = checkDocument(text, form);
  refuseErrors(form, file, problems);
  return value as Value;
}

const hasErrors = ({ all }: ProblemList): boolean => all.some(({ severity }) => severity === 'error');
