// What an engine refuses, told where it stands in a file that a person wrote: so every bound lives once, in the engine, and its reader adds
// only the line.
import type { DocumentPath, ProblemList } from '@weighbridge/document';
import { isAppError } from '@weighbridge/kernel';

export function told(problems: ProblemList, path: DocumentPath, work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!isAppError(error)) throw error;
    problems.error(path, error.message, error.next);
  }
}
