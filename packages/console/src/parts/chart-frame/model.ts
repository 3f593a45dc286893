// What stands in the table that is another form of a chart.

export interface ChartTable {
  readonly columns: readonly string[];
  /** The first text of a row names it. */
  readonly rows: readonly (readonly string[])[];
}
