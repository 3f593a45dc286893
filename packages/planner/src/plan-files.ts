// The plans that ship, by name. What is in one is read by whoever may read files: the planner does not.
export const PLAN_FILES: Readonly<Record<string, URL>> = {
  'one-gigawatt': new URL('../data/plans/one-gigawatt.yaml', import.meta.url),
  'own-or-buy': new URL('../data/plans/own-or-buy.yaml', import.meta.url),
  'serve-open-model': new URL('../data/plans/serve-open-model.yaml', import.meta.url),
  'two-makers': new URL('../data/plans/two-makers.yaml', import.meta.url),
};
