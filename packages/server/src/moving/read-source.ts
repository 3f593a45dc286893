// The file of another program as its settings. What is no YAML, too large, a heap of anchors or no mapping at all is refused with
// its line; whose file it is its own reader says.
import { DOCUMENT_BYTES_MOST, parseForeignText, refuseErrors } from '@weighbridge/document';
import { AppError } from '@weighbridge/kernel';
import { bagOf } from './values.ts';
import { Settings } from './settings.ts';

export interface SourceFile {
  /** Name in messages. */
  readonly name: string;
  readonly text: string;
}

/** Throws IMPORT_INVALID. */
export function readSource({ name, text }: SourceFile): Settings {
  if (text.length > DOCUMENT_BYTES_MOST)
    throw new AppError('IMPORT_INVALID', `${name} is larger than ${DOCUMENT_BYTES_MOST} characters`);
  const parsed = parseForeignText(text, 'IMPORT_INVALID');
  refuseErrors({ code: 'IMPORT_INVALID', what: 'the file' }, name, parsed.problems.all);
  if (bagOf(parsed.value) === null)
    throw new AppError('IMPORT_INVALID', `${name}:1: a configuration is a mapping, and this file holds none`);
  return new Settings(name, parsed.value, parsed.locate);
}

/** Refuses a file that has none of the keys that make it one of `program`, saying whose it looks like. */
export function requireKeys(settings: Settings, program: string, keys: readonly string[], others: Others): void {
  const held = Object.keys(bagOf(settings.value) ?? {});
  if (held.some((key) => keys.includes(key))) return;
  const other = others.find(([, signs]) => held.some((key) => signs.includes(key)));
  const seen = other === undefined ? '' : `; it looks like ${other[0]}`;
  throw new AppError(
    'IMPORT_INVALID',
    `${settings.file}:1: this is no configuration of ${program}: none of ${keys.slice(0, 6).join(', ')} stands at its top${seen}`,
    other?.[2] === undefined ? {} : { next: other[2] },
  );
}

/** What else a file may be, the keys that show it, and what to do with it. */
export type Others = readonly (readonly [looks: string, signs: readonly string[], next?: string])[];
