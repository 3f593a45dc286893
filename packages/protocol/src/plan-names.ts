// What plans and their kinds are called, and how much may be asked of one: plain data, so that a page reads its address without the
// schemas. Tests hold the names against those that the planner knows.

/** Those that ship. */
export const PLAN_NAMES = ['one-gigawatt', 'own-or-buy', 'serve-open-model', 'two-makers'] as const;
export type PlanName = (typeof PLAN_NAMES)[number];

/** What a side may be called: one that ships, or the file that comes with the question. */
export const PLAN_SIDES = [...PLAN_NAMES, 'own'] as const;
export type PlanSideName = (typeof PLAN_SIDES)[number];

export const PLAN_KINDS = ['power', 'cost', 'serving', 'exposure'] as const;
export type PlanKindName = (typeof PLAN_KINDS)[number];

/** Draws of one run: what a page shows at once, what it shows in its place, and the most that may be asked for. */
export const PLAN_DRAWS = { quick: 500, whole: 4_000, most: 10_000 } as const;
export const PLAN_SEED_MOST = 0xffff_ffff;
/** Characters of a plan that is posted. */
export const PLAN_TEXT_MOST = 40_000;
/** Ranges and choices that one question may change. */
export const PLAN_CHANGES_MOST = 120;
