// Days from one to another, both counted, as texts: plain data, so that a page which only reads them does not load the schemas.

export interface DaySpan {
  readonly from: string;
  readonly until: string;
}

/** From the first day of any to the last of any; null: there is none. */
export function wholeSpan(spans: readonly DaySpan[]): DaySpan | null {
  const [first, ...others] = spans;
  if (first === undefined) return null;
  return others.reduce(
    (whole, { from, until }) => ({
      from: from < whole.from ? from : whole.from,
      until: until > whole.until ? until : whole.until,
    }),
    { from: first.from, until: first.until },
  );
}
