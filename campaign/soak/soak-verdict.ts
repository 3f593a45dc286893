// One claim about a soak, and whether it held.
export interface SoakVerdict {
  readonly claim: string;
  readonly measured: string;
  readonly verdict: 'pass' | 'short' | 'not measured';
}
