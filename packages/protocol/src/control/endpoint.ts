// One endpoint of the control API: what it takes, what it answers, and what of the errors is its own. The table of all of
// them stands in endpoints.ts.
import type { ErrorCode } from '@weighbridge/kernel';
import type { z } from 'zod';

export interface Endpoint<Input extends z.ZodType = z.ZodType, Answer extends z.ZodType = z.ZodType> {
  readonly about: string;
  readonly input: Input;
  readonly answer: Answer;
  /** Beside those that any of them may give. */
  readonly errors: readonly ErrorCode[];
  /** `open`: needs no session. `socket`: answered on the control socket only. */
  readonly to: 'session' | 'open' | 'socket';
  /** An entry of the journal is written. */
  readonly changes: boolean;
}

type More = Partial<Pick<Endpoint, 'errors' | 'to' | 'changes'>>;
export const endpoint = <Input extends z.ZodType, Answer extends z.ZodType>(
  about: string,
  input: Input,
  answer: Answer,
  more: More = {},
): Endpoint<Input, Answer> => ({ errors: [], to: 'session', changes: false, ...more, about, input, answer });

/** Whatever is read from tables may meet these. */
export const TABLES: readonly ErrorCode[] = ['PROJECTIONS_OFF', 'DATABASE_UNAVAILABLE', 'QUERY_TIMEOUT'];
export const table = { errors: TABLES };
/** Whatever asks the lanes. */
export const lanes: { readonly errors: readonly ErrorCode[] } = { errors: ['LANE_BUSY'] };
export const written: readonly ErrorCode[] = ['JOURNAL_UNAVAILABLE'];
/** Of a log that an instance runs; one that is only looked at stays as it is. */
export const changed: readonly ErrorCode[] = [...written, 'READ_ONLY'];
