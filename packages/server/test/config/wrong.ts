// One way of making the right configuration wrong.
import type { Problem } from '@weighbridge/document';

export interface Wrong {
  readonly what: string;
  /** Part of GOOD, and what stands there instead. */
  readonly change: readonly [string, string];
  readonly code?: Problem['code'];
  readonly line: number;
  readonly column?: number;
  readonly says: RegExp;
  readonly mend: RegExp;
}
