// One thing that is another in a later version, as a line.
import type { Paint } from '../frame/output.ts';

interface Changed {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before: string | null;
  readonly after: string | null;
}

export function changeLine({ path, change, before, after }: Changed, paint: Paint): string {
  if (change === 'added') return `${paint.good('+')} ${path}: ${after}`;
  if (change === 'removed') return `${paint.bad('-')} ${path}: ${before}`;
  return `${paint.doubt('~')} ${path}: ${before} → ${after}`;
}
