// What packages/console/test/measure-pages.ts prints: how the console does in a real browser.
export interface PagesMeasured {
  /** Compressed, as it came over the wire, until the first page could be used. */
  readonly first_load: { readonly ms: number; readonly javascript_bytes: number };
  /** Each opened anew, its files in the browser's cache. */
  readonly pages: readonly { readonly page: string; readonly ms: number }[];
  /** From the change of the address until the answer is on screen, the browser's own work included; of three, the middle. */
  readonly interactions: readonly { readonly what: string; readonly ms: number; readonly max_ms: number }[];
  /** A word that no call has: everything is looked through, page by page. */
  readonly search: { readonly first_progress_ms: number; readonly text: string };
}
