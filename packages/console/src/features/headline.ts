// What a page answers first: the answer, and what belongs beside it.

export interface Headline {
  readonly first: string;
  readonly second: string;
}
