// A figure at the head of a page: the number, what it was in the period before, and the rows that made it.
import type { ExplainData } from '../parts/explain/model.ts';

export interface Figure {
  readonly key: string;
  readonly title: string;
  readonly text: string;
  /** Exact, where the text is short; else the same. */
  readonly exact: string;
  /** Against the period before, or a second figure that belongs to it. */
  readonly note: string;
  readonly tone: 'quiet' | 'bad' | 'warn';
  readonly href: string;
  readonly explain: ExplainData;
}
