// Holds a row of reserved capacity against the schema that the API promises.
import { CONTROL } from '@weighbridge/protocol';

export function capacitySchemaProblems(row: unknown): string[] {
  const answer = { at: 0, source: 'running', simulated: true, rows: [row] };
  const read = CONTROL.capacity.answer.safeParse(answer);
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}
