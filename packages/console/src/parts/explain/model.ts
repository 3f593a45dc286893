// How a figure came about: its formula in words, each part with its value, where that came from or the address of the rows it was made
// of, and when it was last computed. Every figure can be asked; the answer is data, so that it can be tested and copied.

export interface ExplainPart {
  readonly name: string;
  readonly value: string;
  /** Address in the console of the rows behind it. */
  readonly href?: string;
  /** Who said so and when: `Ember yearly means, 2026-11, medium confidence`. */
  readonly source?: string;
}
export interface ExplainData {
  readonly title: string;
  /** `sum of billed cost over completed, cut and interrupted calls`. */
  readonly formula: string;
  readonly parts: readonly ExplainPart[];
  /** What it leaves out, or cannot know. */
  readonly caveats: readonly string[];
  /** Entries of the journal up to here are in it. */
  readonly upTo: { readonly entry: number; readonly at: number } | null;
  /** Words of the trade that stand in it. */
  readonly terms?: readonly { readonly term: string; readonly means: string }[];
}
