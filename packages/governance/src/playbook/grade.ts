// What the facts show of each item: done, partly, open, or that nobody can tell. Grades say what is shown: an item is done only when
// every need is known to be met, and adding up gives a share between what is shown and what nothing known speaks against.
import { dayOf, startOf } from '../numbers/calendar.ts';
import { rational, type Rational } from '../numbers/rational.ts';
import { checkFacts, GROUPS, type Facts, type Group, type Item, type Need, type Playbook } from './playbook.ts';

export type Grade = 'done' | 'partly' | 'open' | 'cannot tell';

export interface Graded {
  readonly id: string;
  readonly group: Group;
  readonly text: string;
  readonly grade: Grade;
  readonly reason: string;
  /** `undefined` once it is done. */
  readonly next: string | undefined;
  readonly who: string;
  /** Facts that nobody handed in. */
  readonly unknown: readonly string[];
  /** Nothing that is known speaks against its being done. */
  readonly may_be_done: boolean;
}

export interface Summary {
  readonly total: number;
  readonly done: number;
  readonly partly: number;
  readonly open: number;
  readonly cannot_tell: number;
  /** Share of the items that is done: what is shown, and the most that it can be. Undefined over no items. */
  readonly done_share: { readonly low: Rational; readonly high: Rational } | undefined;
}

export interface Grading {
  readonly items: readonly Graded[];
  readonly groups: Readonly<Record<Group, Summary>>;
  readonly all: Summary;
}

/** `at`: milliseconds since the epoch. Throws `BAD_REQUEST` for facts that the playbook does not know. */
export function gradePlaybook(playbook: Playbook, facts: Facts, at: number): Grading {
  checkFacts(facts, playbook);
  const items = Object.entries(playbook.items).map(([id, item]) => gradeItem(id, item, playbook, facts, at));
  const groups = Object.fromEntries(
    GROUPS.map((group) => [group, summary(items.filter((item) => item.group === group))]),
  ) as Record<Group, Summary>;
  return { items, groups, all: summary(items) };
}

/** One need, or one word of a list that is needed. */
interface Look {
  readonly answer: 'met' | 'unmet' | 'unknown';
  readonly fact: string;
  readonly says: string;
}

function gradeItem(id: string, item: Item, playbook: Playbook, facts: Facts, at: number): Graded {
  const looks = item.needs.flatMap((need) => lookAt(need, playbook.facts[need.fact]?.what ?? need.fact, facts, at));
  const told = (answer: Look['answer']): readonly string[] =>
    looks.filter((look) => look.answer === answer).map(({ says }) => says);
  const [met, unmet, unknown] = [told('met'), told('unmet'), told('unknown')];
  const grade = gradeOf(met.length, unmet.length, unknown.length);
  return {
    id,
    group: item.group,
    text: item.text,
    grade,
    reason: [part('shown', met), part('missing', unmet), part('not known', unknown)]
      .filter((text) => text !== '')
      .join('; '),
    next: grade === 'done' ? undefined : item.next,
    who: item.who,
    unknown: [...new Set(looks.filter(({ answer }) => answer === 'unknown').map(({ fact }) => fact))],
    may_be_done: unmet.length === 0,
  };
}

/** Something shown and something not is partly done, whatever else is unknown; unknown alone is never done and never open. */
function gradeOf(met: number, unmet: number, unknown: number): Grade {
  if (unmet === 0 && unknown === 0) return 'done';
  if (met > 0) return 'partly';
  return unmet > 0 ? 'open' : 'cannot tell';
}

const part = (title: string, says: readonly string[]): string =>
  says.length === 0 ? '' : `${title}: ${says.join(', ')}`;

function lookAt(need: Need, what: string, facts: Facts, at: number): readonly Look[] {
  const value = Object.hasOwn(facts, need.fact) ? (facts[need.fact] ?? null) : null;
  if (need.includes !== undefined)
    return need.includes.map((word) => ({
      answer: value === null ? 'unknown' : (value as readonly string[]).includes(word) ? 'met' : 'unmet',
      fact: need.fact,
      says: `${what} (${word.replaceAll('_', ' ')})`,
    }));
  if (value === null) return [{ answer: 'unknown', fact: need.fact, says: what }];
  const [met, says] = compared(need, value, what, at);
  return [{ answer: met ? 'met' : 'unmet', fact: need.fact, says }];
}

const DAY_MS = 86_400_000;

function compared(need: Need, value: NonNullable<Facts[string]>, what: string, at: number): readonly [boolean, string] {
  if (need.is !== undefined) return [value === need.is, what];
  if (need.at_least !== undefined)
    return [Number(value) >= need.at_least, `${what}: ${String(value)} of ${need.at_least}`];
  if (need.at_most !== undefined)
    return [Number(value) <= need.at_most, `${what}: ${String(value)}, at most ${need.at_most}`];
  if (need.one_of !== undefined) return [need.one_of.includes(String(value)), `${what}: ${String(value)}`];
  const day = String(value);
  const oldest = startOf(dayOf(at)) - (need.within_days ?? 0) * DAY_MS;
  if (startOf(day) > at) return [false, `${what}: ${day} has not come yet`];
  return [
    startOf(day) >= oldest,
    `${what}: ${day}${startOf(day) >= oldest ? '' : `, longer ago than ${need.within_days} days`}`,
  ];
}

function summary(items: readonly Graded[]): Summary {
  const count = (grade: Grade): number => items.filter((item) => item.grade === grade).length;
  const total = items.length;
  const share = (part: number): Rational => rational(BigInt(part), BigInt(total));
  return {
    total,
    done: count('done'),
    partly: count('partly'),
    open: count('open'),
    cannot_tell: count('cannot tell'),
    done_share:
      total === 0
        ? undefined
        : { low: share(count('done')), high: share(items.filter(({ may_be_done }) => may_be_done).length) },
  };
}
