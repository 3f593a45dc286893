// Names for stretches of the log, as retention speaks of them.

/** Entries `[from, to)`. */
export interface EntryRange {
  readonly from: number;
  readonly to: number;
}

/** A part of the log, and the entries side by side that close the books on it. */
export interface ClosedPart extends EntryRange {
  /** Index of the first of those entries, and how many they are. */
  readonly first: number;
  readonly entries: number;
  /** Over their leaves (`setDigest`). */
  readonly digest: string;
}

/** What closing entries say of their part for everybody to see. */
export interface SealedClosing extends ClosedPart {
  /** Entries `call` among its leaves. */
  readonly calls: number;
  /** base64 root of the tree over those leaves alone (RFC 6962). */
  readonly leaves: string;
}
