// What a scenario and a switch are called, and which outputs of a run are shown: plain data, so that a page reads its address
// without the schemas. Tests hold the names against those that the simulator knows.

/** Those that ship. */
export const SCENARIO_NAMES = ['alliance', 'mid-size'] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** What a side of a run may be called: one that ships, or the file that comes with the question. */
export const SCENARIO_SIDES = [...SCENARIO_NAMES, 'own'] as const;
export type ScenarioSideName = (typeof SCENARIO_SIDES)[number];

export const SCENARIO_SWITCHES = [
  'competitors-lock-capacity',
  'deeper-co-design',
  'price-war',
  'grid-delay',
  'energy-shock',
  'accelerator-slip',
  'export-control',
  'antitrust-remedy',
  'model-retired',
  'party-exits',
] as const;
export type ScenarioSwitch = (typeof SCENARIO_SWITCHES)[number];

/** Of what is simulated month by month, that which an answer holds. */
export const SCENARIO_LINES = [
  'invested',
  'installed_racks',
  'energised_mw',
  'capacity_mtok',
  'demand_mtok',
  'consumed_mtok',
  'drawn',
  'price_paid',
  'unserved_share',
  'circular_share',
  'dependence',
  'concentration',
] as const;
export type ScenarioLineName = (typeof SCENARIO_LINES)[number];

/** Paths of one run: what a page shows at once, and the most that may be asked for. */
export const SCENARIO_PATHS = { quick: 100, most: 1_000 } as const;
export const SCENARIO_SEED_MOST = 0xffff_ffff;
