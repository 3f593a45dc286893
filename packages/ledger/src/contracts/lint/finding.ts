// What the linter says of a contract.
import type { Rule } from './rule.ts';

export interface Finding extends Omit<Rule, 'finds' | 'id' | 'answer'> {
  readonly rule: string;
  /** Id of the instrument; `contract` where it concerns the whole. */
  readonly at: string;
  /** What to change in one's own file; empty where the seller is to be asked. */
  readonly mend: string;
}
