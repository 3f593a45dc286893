// What the projections need of a database: statements in one transaction, and reads with a bound on rows. Two things
// stand behind it, PostgreSQL compiled to WebAssembly in this process and a PostgreSQL server; both are asked in the
// SQL that PostgreSQL 15 takes. Values cross as text in PostgreSQL's own forms, so nothing is rounded on the way.
import type { AppError } from '@weighbridge/kernel';

export interface Statement {
  readonly sql: string;
  /** `12`, `t`, `{1,2,NULL}`: see `columns.ts` for lists. */
  readonly params: readonly (string | null)[];
  /** Rows it must touch; any other number undoes the whole transaction. */
  readonly affects?: number;
  /** What it means that it touched others, where that can be said. */
  readonly otherwise?: () => AppError;
}

export type Row = Readonly<Record<string, string | null>>;

export interface Reader {
  /**
   * Rows of one statement, at most `most` of them, which the statement's own LIMIT has to keep. A reader with a deadline
   * throws QUERY_TIMEOUT.
   */
  read(sql: string, params: readonly (string | null)[], most: number): Promise<readonly Row[]>;
}

export interface Database extends Reader {
  readonly kind: 'embedded' | 'postgresql';
  /**
   * In this order, in one transaction: all of it or nothing. Throws DATABASE_UNAVAILABLE when the database cannot be
   * reached (a transaction whose answer was lost may have been carried out: whoever repeats it has to tell, as the
   * `affects` of an offset does), DATABASE_CORRUPT when its files are damaged, PROJECTION_STOPPED when it refuses.
   */
  run(statements: readonly Statement[]): Promise<void>;
  /** Several statements without parameters, in one transaction. */
  script(sql: string): Promise<void>;
  /** What an embedded database does not do by itself: writes its log back, and now and then looks at its tables. */
  tidy(): Promise<void>;
  /** Bytes of memory that the embedded database holds; null for a server. */
  memory(): number | null;
  close(): Promise<void>;
}
