// What a seller's own records say was used: observed, not weighed. One import is rows, in parts, and then one entry that says that
// the import is whole; rows without it count for nothing, so an import that broke off leaves no half of itself behind. No person is
// named: whom the seller named stands here under a keyed digest.
import type { TokenClass } from './usage.ts';

/** Records that can be read. Each names its importer and says what its rows are known by. */
export const OBSERVED_SOURCES = [
  'anthropic-usage',
  'anthropic-cost',
  'openai-usage',
  'openai-costs',
  'github-copilot-metrics',
  'github-premium-requests',
  'microsoft-365-copilot',
  'azure-cost',
  'azure-metrics',
  'aws-cur',
  'bedrock-invocations',
  'gcp-billing',
  'vertex-logs',
  'usage-table',
] as const;
export type ObservedSource = (typeof OBSERVED_SOURCES)[number];

/** From inclusive, to exclusive, UTC milliseconds. */
export interface ObservedSpan {
  readonly from: number;
  readonly to: number;
}

/** One line of a seller's record. Absent: the record does not say. */
export interface ObservedRow extends ObservedSpan {
  /** As the seller calls it. */
  readonly model?: string;
  /** Whose it was, as the seller names it: a workspace, a project, an account, a cost centre. */
  readonly owner?: string;
  /** Keyed digest of the user that the seller names. */
  readonly user?: string;
  /** What of the seller's it was: a tier, a product, a meter, an application. */
  readonly service?: string;
  /** Decimal: some sellers weigh their requests. */
  readonly requests?: string;
  readonly tokens?: Readonly<Partial<Record<TokenClass, number>>>;
  /** Decimal. */
  readonly money?: string;
  readonly currency?: string;
  /** What the row is known by in its source: a second one under the same id takes its place. */
  readonly id?: string;
  /** The seller's id of the request, as an answer of it would bear it. */
  readonly request?: string;
}

interface OfImport {
  /** Id of the entry that closes the import. */
  readonly import: string;
  readonly source: ObservedSource;
  /** Which account, organisation or subscription: two of them never replace each other's rows. */
  readonly scope: string;
  /** Party id of the seller. */
  readonly seller: string;
}

/** A part of an import's rows, so small that its entry needs no blob. */
export interface ObservedPart extends OfImport {
  readonly action: 'rows';
  readonly rows: readonly ObservedRow[];
}

/** Says that the import is whole. Its id is its entry's. */
export interface ObservedHead extends Omit<OfImport, 'import'> {
  readonly action: 'import';
  readonly by: unknown;
  readonly file: { readonly name: string; readonly bytes: number; readonly sha256: string };
  /** Name and version of what read it. */
  readonly importer: string;
  readonly grade: 'observed';
  /** Rows written, and those that said what stood already. */
  readonly rows: number;
  readonly unchanged: number;
  /** Of rows that stood: those that these take the place of. They stay in the log. */
  readonly superseded: number;
  /** Of the file: spans that lie in a longer one that stands, and do not cover it. Nothing was written of them. */
  readonly skipped: readonly ObservedSpan[];
  /** What stood within these, of imports before, no longer counts. */
  readonly replaces: readonly ObservedSpan[];
  /** What the record is about, also where it says that nothing was used. */
  readonly spans: readonly ObservedSpan[];
}

export type ObservedChange = ObservedPart | ObservedHead;
