// The part of the configuration that says how the instance tells what happens to it: as text for a person, or as JSON lines
// for a collector of logs; from which level on; on standard error alone or in a file too.
import { z } from 'zod';

/** From the gravest on: one that is chosen takes in all before it. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export const LOG_FORMATS = ['text', 'json'] as const;

export const loggingConfig = z.strictObject({
  /** `text` is for a terminal; a line of `json` has the fields of OpenTelemetry's log data model. */
  format: z.enum(LOG_FORMATS).default('text'),
  level: z.enum(LOG_LEVELS).default('info'),
  /** JSON lines are appended here too, whatever `format` says; one that is moved away is opened anew. */
  file: z.string().min(1).max(1_024).optional(),
  /** A line for each call, or for those that did not end well, once they are sealed. */
  calls: z.enum(['off', 'failed', 'all']).default('off'),
});
export type LoggingConfig = z.output<typeof loggingConfig>;
