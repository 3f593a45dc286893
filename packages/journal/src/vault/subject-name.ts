// A subject as records name it, where it stands in JSON or in a table: handle and generation of the key, which show no
// person and stay when the key is destroyed.
import { AppError } from '@weighbridge/kernel';

export const HANDLE_BYTES = 16;

/** A subject as the records know it: an opaque handle, and which of its keys. */
export interface SubjectRef {
  readonly handle: Buffer;
  readonly generation: number;
}

/** Of the handle that lies at a place among other bytes. */
export const subjectName = (bytes: Buffer, at: number, generation: number): string =>
  `${bytes.toString('base64url', at, at + HANDLE_BYTES)}.${generation}`;

/** Throws BAD_REQUEST. */
export function parseSubject(subject: string): SubjectRef {
  const [, handle = '', generation = ''] = /^([\w-]{22})\.(\d{1,10})$/.exec(subject) ?? [];
  if (handle === '') throw new AppError('BAD_REQUEST', `"${subject.slice(0, 40)}" names no subject of a record`);
  return { handle: Buffer.from(handle, 'base64url'), generation: Number(generation) };
}
