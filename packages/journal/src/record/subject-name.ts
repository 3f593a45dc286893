// A subject as records name it, where it stands in JSON or in a table: handle and generation of the key, which show no
// person and stay when the key is destroyed.
import { AppError } from '@weighbridge/kernel';
import type { SubjectRef } from '../vault/subject-keys.ts';

/** Throws BAD_REQUEST. */
export function parseSubject(subject: string): SubjectRef {
  const [, handle = '', generation = ''] = /^([\w-]{22})\.(\d{1,10})$/.exec(subject) ?? [];
  if (handle === '') throw new AppError('BAD_REQUEST', `"${subject.slice(0, 40)}" names no subject of a record`);
  return { handle: Buffer.from(handle, 'base64url'), generation: Number(generation) };
}
