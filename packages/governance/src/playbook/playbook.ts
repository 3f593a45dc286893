// The buyer's checklist and work as a file: items that grade themselves. Each item says which facts would show that it is done, what
// to do next and who; a fact is something that the product or a person can hand in, never an opinion about the item.
import { readDocument, type DocumentForm, type ProblemList } from '@weighbridge/document';
import { AppError, didYouMean } from '@weighbridge/kernel';
import { z } from 'zod';
import { firstDay } from '../numbers/calendar.ts';
import { idShape, sourceShape } from '../register/shape.ts';

export const GROUPS = ['months_0_6', 'months_6_18', 'months_18_on', 'procurement'] as const;
export type Group = (typeof GROUPS)[number];

const FACT_KINDS = ['flag', 'count', 'day', 'word', 'words'] as const;
export const factName = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9_]*$/, 'write small letters, digits and underscores: exit_drill_at');
const sentence = z.string().min(1).max(300);

const needShape = z
  .strictObject({
    fact: factName,
    /** Of a flag. */
    is: z.boolean().optional(),
    /** Of a count. */
    at_least: z.int().min(0).max(1_000_000).optional(),
    at_most: z.int().min(0).max(1_000_000).optional(),
    /** Of a day: not longer ago than this, and not in the future. */
    within_days: z.int().min(1).max(3_660).optional(),
    /** Of a word. */
    one_of: z.array(z.string().min(1).max(80)).min(1).max(20).optional(),
    /** Of words: each is a need of its own, so some of them make it partly done. */
    includes: z.array(z.string().min(1).max(80)).min(1).max(20).optional(),
  })
  .refine(
    (need) => Object.keys(need).length === 2,
    'say of the fact exactly one thing: `is`, `at_least`, `within_days`, …',
  );
export type Need = z.infer<typeof needShape>;

export const itemShape = z.strictObject({
  group: z.enum(GROUPS),
  /** As the source has it. */
  text: sentence,
  needs: z.array(needShape).min(1).max(10),
  next: sentence,
  who: sentence,
});
export type Item = z.infer<typeof itemShape>;

export const factShape = z.strictObject({ what: sentence, kind: z.enum(FACT_KINDS) });

const playbookShape = z.strictObject({
  version: z.literal(1),
  source: sourceShape,
  facts: z.record(factName, factShape),
  items: z.record(idShape, itemShape),
});
export type Playbook = z.infer<typeof playbookShape>;

const PLAYBOOK_FORM: DocumentForm<Playbook> = {
  what: 'the playbook',
  code: 'DEAL_INVALID',
  schema: playbookShape,
  meaning: checkPlaybook,
};

export const readPlaybook = (file: string, text: string): Playbook => readDocument(file, text, PLAYBOOK_FORM);

/** What may be said of each kind of fact. */
const SAID_OF: Readonly<Record<(typeof FACT_KINDS)[number], readonly string[]>> = {
  flag: ['is'],
  count: ['at_least', 'at_most'],
  day: ['within_days'],
  word: ['one_of'],
  words: ['includes'],
};

export function checkPlaybook({ facts, items }: Pick<Playbook, 'facts' | 'items'>, problems: ProblemList): void {
  const used = new Set<string>();
  for (const [id, { needs }] of Object.entries(items))
    for (const [index, need] of needs.entries()) {
      const path = ['items', id, 'needs', index];
      const fact = Object.hasOwn(facts, need.fact) ? facts[need.fact] : undefined;
      used.add(need.fact);
      if (fact === undefined) {
        const near = didYouMean(need.fact, Object.keys(facts));
        problems.error(
          [...path, 'fact'],
          `"${need.fact}" is no fact of this playbook`,
          near === undefined ? 'add it to `facts`' : `did you mean "${near}"?`,
        );
      } else if (!SAID_OF[fact.kind].some((key) => Object.hasOwn(need, key)))
        problems.error(path, `"${need.fact}" is a ${fact.kind}`, `say ${SAID_OF[fact.kind].join(' or ')} of it`);
    }
  for (const name of Object.keys(facts))
    if (!used.has(name)) problems.warning(['facts', name], `no item looks at "${name}"`, 'remove it, or use it', 'key');
}

/** By name. A fact that is absent or `null` is not known, and shows nothing. */
export type Facts = Readonly<Record<string, boolean | number | string | readonly string[] | null>>;

/** Throws `BAD_REQUEST` for a fact that the playbook does not know, or of another kind. */
export function checkFacts(facts: Facts, playbook: Playbook): void {
  for (const [name, value] of Object.entries(facts)) {
    const known = Object.hasOwn(playbook.facts, name) ? playbook.facts[name] : undefined;
    if (known === undefined) {
      const near = didYouMean(name, Object.keys(playbook.facts));
      throw new AppError(
        'BAD_REQUEST',
        `"${name}" is no fact of the playbook${near === undefined ? '' : `; did you mean "${near}"?`}`,
      );
    }
    if (!fitsFact(playbook, name, value))
      throw new AppError('BAD_REQUEST', `"${name}" has to be ${WRITTEN[known.kind]}`);
  }
}

/** Whether the playbook knows the fact, and the value is one of its kind. */
export function fitsFact({ facts }: Pick<Playbook, 'facts'>, name: string, value: Facts[string]): boolean {
  const known = Object.hasOwn(facts, name) ? facts[name] : undefined;
  return known !== undefined && (value === null || isOf(known.kind, value));
}

const WRITTEN: Readonly<Record<(typeof FACT_KINDS)[number], string>> = {
  flag: 'true or false',
  count: 'a whole number, zero or more',
  day: 'a day that exists: 2026-12-31',
  word: 'a word',
  words: 'a list of words',
};

function isOf(kind: (typeof FACT_KINDS)[number], value: NonNullable<Facts[string]>): boolean {
  if (kind === 'flag') return typeof value === 'boolean';
  if (kind === 'count') return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
  if (kind === 'words') return Array.isArray(value);
  return typeof value === 'string' && (kind === 'word' || (value.length === 10 && firstDay(value) !== undefined));
}
