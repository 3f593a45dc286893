// A table of a contract's page, prepared: its words and figures, row by row. `>` behind a head sets its column to the right; what is said
// in place of rows stands where there are none, so that an empty table is never shown.
export interface TableText {
  readonly title: string;
  readonly note: string;
  readonly head: readonly string[];
  readonly rows: readonly {
    readonly key: string;
    readonly cells: readonly (string | null)[];
    readonly total?: boolean;
  }[];
  /** Said in place of rows. */
  readonly none: string | null;
}
