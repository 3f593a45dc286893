// Lanes as the control API replaces them.
import { z } from 'zod';
import { count } from '../queries/period.ts';

export const restartedLanesSchema = z.strictObject({
  /** That take calls now. */
  lanes: count,
  /** That were taken over from, and still end their calls. */
  leaving: count,
});
