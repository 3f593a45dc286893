// Matters of law and regulation that could move a deal: per party, dated, with the source and the day on which somebody looks again.
// A date that its source calls uncertain is kept as such, and never counts as known.
import { readDocument, type DocumentForm, type DocumentPath, type ProblemList } from '@weighbridge/document';
import { z } from 'zod';
import { endOf, startOf, writtenDate, writtenDay } from '../numbers/calendar.ts';
import { idShape, sourceShape } from '../register/shape.ts';

export const AREAS = [
  'competition',
  'export_control',
  'national_security',
  'ai_law',
  'operational_resilience',
  'data_law',
] as const;

export const matterShape = z
  .strictObject({
    area: z.enum(AREAS),
    parties: z.array(idShape).min(1).max(20),
    title: z.string().min(1).max(300),
    /** When it begins to bind, or happened. */
    date: writtenDate.optional(),
    date_is: z.enum(['confirmed', 'to_be_confirmed', 'not_stated']),
    source: idShape,
    next_review: writtenDay,
    note: z.string().min(1).max(600).optional(),
  })
  .refine(({ date, date_is }) => (date === undefined) === (date_is === 'not_stated'), {
    path: ['date_is'],
    message: 'write `not_stated` where there is no date, and only there',
  });

const watchShape = z.strictObject({
  version: z.literal(1),
  sources: z.record(idShape, sourceShape),
  matters: z.record(idShape, matterShape),
});
export type WatchList = z.infer<typeof watchShape>;
export type Matter = z.infer<typeof matterShape>;

/** `parties`: ids of the register; a matter of anybody else is refused. */
export const readWatchList = (file: string, text: string, parties: readonly string[]): WatchList =>
  readDocument(file, text, watchForm(parties));

const watchForm = (parties: readonly string[]): DocumentForm<WatchList> => ({
  what: 'the watch-list',
  code: 'DEAL_INVALID',
  schema: watchShape,
  meaning: (list, problems) => checkMatters(list, parties, ['matters'], problems),
});

/** `path`: where the matters stand in the file. */
export function checkMatters(
  { sources, matters }: Pick<WatchList, 'sources' | 'matters'>,
  parties: readonly string[],
  path: DocumentPath,
  problems: ProblemList,
): void {
  for (const [id, matter] of Object.entries(matters)) {
    if (!Object.hasOwn(sources, matter.source))
      problems.error(
        [...path, id, 'source'],
        `"${matter.source}" is no source of this list`,
        'add it, or name one that is there',
      );
    for (const [index, party] of matter.parties.entries())
      if (!parties.includes(party))
        problems.error(
          [...path, id, 'parties', index],
          `"${party}" is no party of the register`,
          'name one of the register',
        );
  }
}

export interface WatchAnswer {
  readonly id: string;
  readonly matter: Matter;
  readonly days: number;
}

const DAY_MS = 86_400_000;

/** Matters that nobody looked at again in time, the longest overdue first; `days` is how long. */
export const reviewsOverdue = ({ matters }: WatchList, at: number): readonly WatchAnswer[] =>
  Object.entries(matters)
    .filter(([, { next_review }]) => at >= endOf(next_review))
    .map(([id, matter]) => ({ id, matter, days: Math.floor((at - endOf(matter.next_review)) / DAY_MS) + 1 }))
    .toSorted((a, b) => b.days - a.days || (a.id < b.id ? -1 : 1));

/** Matters whose date comes within so many days, the nearest first; `days` is how many are left. */
export const comingWithin = ({ matters }: WatchList, at: number, within: number): readonly WatchAnswer[] =>
  Object.entries(matters)
    .flatMap(([id, matter]) =>
      matter.date === undefined ? [] : [{ id, matter, days: Math.ceil((startOf(matter.date) - at) / DAY_MS) }],
    )
    .filter(({ days, matter }) => days <= within && matter.date !== undefined && at < endOf(matter.date))
    .toSorted((a, b) => a.days - b.days || (a.id < b.id ? -1 : 1));

/** Of one party, in the order of the file. */
export const mattersOf = ({ matters }: WatchList, party: string): readonly (readonly [string, Matter])[] =>
  Object.entries(matters).filter(([, { parties }]) => parties.includes(party));
