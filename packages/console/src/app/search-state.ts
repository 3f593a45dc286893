// Which state of which page stands in the URL. The time range has the same name everywhere, so that it is carried along.
import { readDay } from '../features/moment.ts';
import { readTimeRange } from '../url/time-range.ts';
import { checkedField, choiceField, defineSearch, listField, sortField, textField, type Sort } from '../url/search.ts';
import {
  PLAN_SIDES,
  SCENARIO_SIDES,
  SCENARIO_SWITCHES,
  STRATEGIES,
  type Dimension,
  type PlanSideName,
  type ScenarioSideName,
  type ScenarioSwitch,
  type StrategyName,
} from '@weighbridge/protocol';

/** Whether a text is a range does not depend on when it is read, but for ranges far from the present. */
const isRange = (text: string): boolean => readTimeRange(text, Date.now()).ok;

export const rangeField = checkedField(isRange, '7d');

/** The day at whose end a page of the deal is shown; '' is now. */
export const momentField = checkedField((text) => text === '' || readDay(text) !== null, '');

export const GROUPINGS = [
  'team',
  'model',
  'deployment',
  'cloud',
  'region',
  'route',
  'key',
  'project',
] as const satisfies readonly Dimension[];
export type Grouping = (typeof GROUPINGS)[number];

export const OVERVIEW_COLUMNS = ['name', 'spend', 'change', 'share', 'calls', 'errors', 'tokens', 'ttft'] as const;
export type OverviewColumn = (typeof OVERVIEW_COLUMNS)[number];

export interface OverviewSearch {
  readonly t: string;
  readonly by: Grouping;
  readonly q: string;
  readonly sort: Sort<OverviewColumn>;
  readonly cols: readonly OverviewColumn[];
}
export const overviewSearch = defineSearch<OverviewSearch>({
  t: rangeField,
  by: choiceField(GROUPINGS, 'team'),
  q: textField(),
  sort: sortField(OVERVIEW_COLUMNS, { column: 'spend', descending: true }),
  cols: listField(OVERVIEW_COLUMNS, OVERVIEW_COLUMNS),
});

export const CALL_COLUMNS = [
  'at',
  'team',
  'model',
  'cost',
  'input',
  'output',
  'ttft',
  'total',
  'outcome',
  'region',
  'deployment',
  'id',
] as const;
export type CallColumn = (typeof CALL_COLUMNS)[number];

/** What fits on a common screen; the others are one click away. */
const COMMON_COLUMNS = CALL_COLUMNS.filter((column) => column !== 'total' && column !== 'deployment');

export interface CallsSearch {
  readonly t: string;
  readonly q: string;
  /** The call beside the table. */
  readonly sel: string;
  readonly sort: Sort<CallColumn>;
  readonly cols: readonly CallColumn[];
}
export const callsSearch = defineSearch<CallsSearch>({
  t: rangeField,
  q: textField(),
  sel: textField(),
  sort: sortField(CALL_COLUMNS, { column: 'at', descending: true }),
  cols: listField(CALL_COLUMNS, COMMON_COLUMNS),
});

export const SPEND_DIMENSIONS = [
  ...GROUPINGS,
  'organisation',
  'tier',
  'outcome',
] as const satisfies readonly Dimension[];
export type SpendDimension = (typeof SPEND_DIMENSIONS)[number];

export const SPEND_COLUMNS = [
  'name',
  'second',
  'spend',
  'before',
  'difference',
  'change',
  'share',
  'list',
  'each',
  'unpriced',
  'calls',
  'tokens',
] as const;
export type SpendColumn = (typeof SPEND_COLUMNS)[number];

/** What fits on a common screen; the others are one click away. */
const COMMON_SPEND = SPEND_COLUMNS.filter((column) => column !== 'list' && column !== 'tokens' && column !== 'each');

export interface SpendSearch {
  readonly t: string;
  readonly by: SpendDimension;
  /** The second dimension. */
  readonly and: SpendDimension | 'none';
  readonly q: string;
  readonly sort: Sort<SpendColumn>;
  readonly cols: readonly SpendColumn[];
}
export const spendSearch = defineSearch<SpendSearch>({
  t: rangeField,
  by: choiceField(SPEND_DIMENSIONS, 'team'),
  and: choiceField([...SPEND_DIMENSIONS, 'none'], 'model'),
  q: textField(),
  sort: sortField(SPEND_COLUMNS, { column: 'spend', descending: true }),
  cols: listField(SPEND_COLUMNS, COMMON_SPEND),
});

export const DEPLOYMENT_COLUMNS = [
  'id',
  'state',
  'circuit',
  'model',
  'cloud',
  'region',
  'tier',
  'in_flight',
  'limit',
  'fault',
  'credential',
  'routes',
] as const;
export type DeploymentColumn = (typeof DEPLOYMENT_COLUMNS)[number];

export interface DeploymentsSearch {
  readonly t: string;
  readonly sel: string;
  readonly sort: Sort<DeploymentColumn>;
  readonly cols: readonly DeploymentColumn[];
}
export const deploymentsSearch = defineSearch<DeploymentsSearch>({
  t: rangeField,
  sel: textField(),
  sort: sortField(DEPLOYMENT_COLUMNS, { column: 'id', descending: false }),
  cols: listField(
    DEPLOYMENT_COLUMNS,
    DEPLOYMENT_COLUMNS.filter((column) => column !== 'tier' && column !== 'limit' && column !== 'fault'),
  ),
});

export const CAPACITY_COLUMNS = [
  'deployment',
  'kind',
  'full',
  'said',
  'used',
  'spilled',
  'refused',
  'queued',
  'idle',
] as const;
export type CapacityColumn = (typeof CAPACITY_COLUMNS)[number];

export interface CapacitySearch {
  readonly t: string;
  readonly sel: string;
  readonly sort: Sort<CapacityColumn>;
  readonly cols: readonly CapacityColumn[];
}
export const capacitySearch = defineSearch<CapacitySearch>({
  t: rangeField,
  sel: textField(),
  sort: sortField(CAPACITY_COLUMNS, { column: 'deployment', descending: false }),
  cols: listField(CAPACITY_COLUMNS, CAPACITY_COLUMNS),
});

export const LIMIT_COLUMNS = ['id', 'kind', 'allows', 'share', 'forecast', 'member', 'left', 'per', 'told'] as const;
export type LimitColumn = (typeof LIMIT_COLUMNS)[number];

export interface LimitsSearch {
  readonly t: string;
  readonly sel: string;
  /** So many of the fullest members of the chosen one are left out. */
  readonly skip: string;
  readonly sort: Sort<LimitColumn>;
  readonly cols: readonly LimitColumn[];
}
export const limitsSearch = defineSearch<LimitsSearch>({
  t: rangeField,
  sel: textField(),
  skip: checkedField((text) => /^\d{1,6}$/.test(text), '0'),
  sort: sortField(LIMIT_COLUMNS, { column: 'share', descending: true }),
  // What fits beside the panel; the others are one click away.
  cols: listField(
    LIMIT_COLUMNS,
    LIMIT_COLUMNS.filter((column) => column !== 'per' && column !== 'told'),
  ),
});

/** A tool, and what its settings are filled in with. */
export interface ClientsSearch {
  readonly t: string;
  readonly tool: string;
  readonly model: string;
  readonly key: string;
}
export const clientsSearch = defineSearch<ClientsSearch>({
  t: rangeField,
  tool: textField(),
  model: textField(),
  key: textField(),
});

/** Whom the playground speaks for, and what it asks with; never what it asks. */
export interface PlaygroundSearch {
  readonly t: string;
  readonly as: string;
  /** Names with commas between them; none has one. */
  readonly models: string;
  readonly max: string;
  readonly temp: string;
}
export const playgroundSearch = defineSearch<PlaygroundSearch>({
  t: rangeField,
  as: textField(),
  models: textField(),
  max: checkedField((text) => /^(?:[1-9]\d{0,5})?$/.test(text), '400'),
  temp: checkedField((text) => /^(?:[01](?:\.\d{1,2})?|2(?:\.0{1,2})?)?$/.test(text), ''),
});

/** A request that somebody wants foreseen. */
export interface RoutesSearch {
  readonly t: string;
  readonly key: string;
  readonly model: string;
  readonly features: string;
  /** Whom the call belongs to, and its tags. */
  readonly session: string;
  readonly tags: string;
  /** A route whose past calls are simulated, and under which strategy. */
  readonly replay: string;
  readonly under: StrategyName;
}
export const routesSearch = defineSearch<RoutesSearch>({
  t: rangeField,
  key: textField(),
  model: textField(),
  features: textField(),
  session: textField(),
  tags: textField(),
  replay: textField(),
  under: choiceField(STRATEGIES, 'sticky'),
});

export const COVERAGE_SPLITS = ['seller', 'model', 'team'] as const;
export type CoverageSplit = (typeof COVERAGE_SPLITS)[number];
const COVERAGE_COLUMNS = ['name', 'seller', 'share', 'within', 'theirs', 'uncovered', 'over', 'unit', 'how'] as const;
type CoverageColumn = (typeof COVERAGE_COLUMNS)[number];

export interface CoverageSearch {
  readonly t: string;
  readonly by: CoverageSplit;
  /** The window of a bypass beside the page: NAME@INSTANT. */
  readonly window: string;
  readonly sort: Sort<CoverageColumn>;
  readonly cols: readonly CoverageColumn[];
}
export const coverageSearch = defineSearch<CoverageSearch>({
  t: rangeField,
  by: choiceField(COVERAGE_SPLITS, 'seller'),
  window: textField(),
  sort: sortField(COVERAGE_COLUMNS, { column: 'uncovered', descending: true }),
  cols: listField(COVERAGE_COLUMNS, COVERAGE_COLUMNS),
});

export const SETTINGS_PARTS = ['keys', 'configuration', 'history', 'sessions'] as const;
export type SettingsPart = (typeof SETTINGS_PARTS)[number];
const KEY_COLUMNS = ['name', 'state', 'team', 'project', 'may', 'created', 'expires', 'id'] as const;
export type KeyColumn = (typeof KEY_COLUMNS)[number];

export interface SettingsSearch {
  readonly t: string;
  readonly show: SettingsPart;
  readonly sel: string;
  readonly sort: Sort<KeyColumn>;
  readonly cols: readonly KeyColumn[];
  /** History before this entry of the journal. */
  readonly before: string;
}
export const settingsSearch = defineSearch<SettingsSearch>({
  t: rangeField,
  show: choiceField(SETTINGS_PARTS, 'keys'),
  sel: textField(),
  sort: sortField(KEY_COLUMNS, { column: 'created', descending: true }),
  cols: listField(KEY_COLUMNS, KEY_COLUMNS),
  before: checkedField((text) => /^\d{0,15}$/.test(text), ''),
});

const ENTRY_COLUMNS = ['entry', 'at', 'kind', 'id', 'groups', 'by'] as const;
export type EntryColumn = (typeof ENTRY_COLUMNS)[number];

export interface JournalSearch {
  readonly t: string;
  /** The entry beside the table: its index, or its id until that is known. */
  readonly sel: string;
  readonly sort: Sort<EntryColumn>;
  readonly cols: readonly EntryColumn[];
}
export const journalSearch = defineSearch<JournalSearch>({
  t: rangeField,
  sel: checkedField((text) => /^(?:\d{0,15}|[0-9A-HJKMNP-TV-Z]{26})$/.test(text), ''),
  sort: sortField(ENTRY_COLUMNS, { column: 'entry', descending: true }),
  cols: listField(ENTRY_COLUMNS, ENTRY_COLUMNS),
});

/** A scenario with the switches thrown in it, and a second one beside it. */
export interface AllianceSearch {
  readonly t: string;
  /** `own`: the file that was brought to this tab. */
  readonly run: ScenarioSideName;
  readonly with: readonly ScenarioSwitch[];
  readonly vs: ScenarioSideName | 'none';
  readonly vswith: readonly ScenarioSwitch[];
  readonly seed: string;
  /** At whose end layers and flows are shown; empty: the year that matters most. */
  readonly year: string;
}
export const allianceSearch = defineSearch<AllianceSearch>({
  t: rangeField,
  run: choiceField(SCENARIO_SIDES, 'alliance'),
  with: listField(SCENARIO_SWITCHES, []),
  vs: choiceField([...SCENARIO_SIDES, 'none'], 'none'),
  vswith: listField(SCENARIO_SWITCHES, []),
  seed: checkedField((text) => /^\d{1,9}$/.test(text), '1'),
  year: checkedField((text) => /^(?:\d{4})?$/.test(text), ''),
});

/** A plan with what was moved in it, and a second one beside it. */
export interface PlannerSearch {
  readonly t: string;
  readonly run: PlanSideName;
  /** `written`: the same plan as its file has it; `kept`: the same with `vset` and `vpick`. */
  readonly vs: PlanSideName | 'none' | 'written' | 'kept';
  /** Ranges and choices that were moved (features/planner/moves.ts). */
  readonly set: string;
  readonly pick: string;
  /** What was moved in it when it was kept to compare with. */
  readonly vset: string;
  readonly vpick: string;
  /** Which figure the swings are of; empty: the plan's own. */
  readonly about: string;
  readonly seed: string;
}
/** Names of a plan come from a file of somebody's: any that can be read. */
const isMoves = (text: string): boolean => !/\p{Cc}/u.test(text);
export const plannerSearch = defineSearch<PlannerSearch>({
  t: rangeField,
  run: choiceField(PLAN_SIDES, 'one-gigawatt'),
  vs: choiceField([...PLAN_SIDES, 'none', 'written', 'kept'], 'none'),
  set: checkedField(isMoves, ''),
  pick: checkedField(isMoves, ''),
  vset: checkedField(isMoves, ''),
  vpick: checkedField(isMoves, ''),
  about: checkedField((text) => text.length <= 80 && isMoves(text), ''),
  seed: checkedField((text) => /^\d{1,9}$/.test(text), '1'),
});

export const callSearch = defineSearch<{ readonly t: string }>({ t: rangeField });

export interface BriefSearch {
  readonly t: string;
  /** The day at whose end it is seen; empty: now. */
  readonly at: string;
}
export const briefSearch = defineSearch<BriefSearch>({ t: rangeField, at: momentField });
