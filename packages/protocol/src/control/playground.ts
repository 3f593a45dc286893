// The playground: who a call of the console may be made as, what is asked, and the events that an answer comes in. Such a call
// goes through the gateway like any other, with a key that the instance makes for the session; no key reaches a page.
import { z } from 'zod';
import { count, instant } from '../queries/period.ts';

const ms = z.number().min(0);

/** Columns of the page, and calls that one session may have running. */
export const PLAY_COLUMNS_MOST = 3;
/** Of one text. What is larger than a control request with both is refused as such. */
export const PLAY_TEXT_CHARS_MOST = 48_000;

export const playAsSchema = z
  .strictObject({
    /** Names it in a question: the key's name, with team and project behind it where one name speaks for several. */
    id: z.string(),
    /** As the configuration lists it: routes, clouds and regions that it may use. */
    key: z.string(),
    /** Whom the call is counted to. */
    team: z.string().nullable(),
    project: z.string().nullable(),
    cost_centre: z.string().nullable(),
    /** Names that it may ask for. */
    models: z.array(z.string()),
  })
  .meta({ id: 'PlayAs' });
export type PlayAs = z.output<typeof playAsSchema>;

export const playgroundSchema = z
  .strictObject({
    at: instant,
    as: z.array(playAsSchema),
    /** Calls that one session may have running. */
    calls_at_once: count,
    /** When a call is ended in any case. */
    call_ms: count,
  })
  .meta({ id: 'Playground' });

export const playInput = z.strictObject({
  /** Whose call it is: an `id` of the playground. */
  as: z.string().min(1).max(1_200),
  /** A route, or one of its other names. */
  model: z.string().min(1).max(512),
  system: z.string().max(PLAY_TEXT_CHARS_MOST).default(''),
  prompt: z.string().min(1).max(PLAY_TEXT_CHARS_MOST),
  max_output_tokens: z.int().min(1).max(1_000_000).optional(),
  temperature: z.number().min(0).max(2).optional(),
});
export type PlayAsked = z.output<typeof playInput>;

/** Of an answer. `ms` counts from when the call was sent to the gateway. */
const started = z
  .strictObject({
    /** Id of the call: its receipt is in the log about a second after it ended. */
    receipt: z.string().nullable(),
    deployment: z.string().nullable(),
    cloud: z.string().nullable(),
    /** How well it is known where it is served: 0 to 4. */
    region: z.strictObject({ name: z.string(), grade: z.int().min(0).max(4) }).nullable(),
    /** Another deployment failed first. */
    fallback: z.boolean(),
    simulated: z.boolean(),
    /** What a translation could not carry. */
    lost: z.array(z.string()),
    ms,
  })
  .meta({ id: 'PlayStarted' });

const text = z.strictObject({ kind: z.enum(['text', 'thinking']), text: z.string(), ms }).meta({ id: 'PlayText' });

const ended = z
  .strictObject({
    /** As the answer said it: `stop`, `length`, …. */
    stop: z.string().nullable(),
    /** As the seller counted them; null where it did not say. */
    input_tokens: count.nullable(),
    output_tokens: count.nullable(),
    ms,
  })
  .meta({ id: 'PlayEnded' });

/** Instead of an answer, or of the rest of one. */
const refused = z
  .strictObject({
    /** Of the gateway's answer; null where none came, or where it had begun. */
    status: z.int().nullable(),
    code: z.string(),
    message: z.string(),
    next: z.string(),
    receipt: z.string().nullable(),
    ms,
  })
  .meta({ id: 'PlayRefused' });

/** `started`, then `text`, then `ended`; `refused` may come at any place and is the last. */
export const PLAY_EVENTS = { started, text, ended, refused } as const;

export type PlayEvent = {
  [Name in keyof typeof PLAY_EVENTS]: { readonly event: Name; readonly data: z.output<(typeof PLAY_EVENTS)[Name]> };
}[keyof typeof PLAY_EVENTS];
