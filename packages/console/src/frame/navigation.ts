// The pages there are, in the five groups of the rail. A page that does not exist is not in this list, and a group
// without pages is not shown.

export const GROUPS = ['Operate', 'Spend', 'Prove', 'Govern', 'Plan'] as const;
export type GroupName = (typeof GROUPS)[number];

export interface PageEntry {
  readonly key: string;
  readonly title: string;
  readonly group: GroupName;
  /** Below the console's base, beginning with a slash. */
  readonly path: string;
  /** Second key after `g`. */
  readonly letter: string;
  /** One line for the palette. */
  readonly about: string;
}

export const PAGES = [
  {
    key: 'overview',
    title: 'Overview',
    group: 'Operate',
    path: '/',
    letter: 'o',
    about: 'spend, calls, tokens, time to first token, errors',
  },
  {
    key: 'calls',
    title: 'Calls',
    group: 'Operate',
    path: '/calls',
    letter: 'c',
    about: 'every call, live, searched and filtered',
  },
  {
    key: 'deployments',
    title: 'Deployments',
    group: 'Operate',
    path: '/deployments',
    letter: 'd',
    about: 'health, breakers, credentials, lane by lane',
  },
  {
    key: 'routes',
    title: 'Routes',
    group: 'Operate',
    path: '/routes',
    letter: 'r',
    about: 'candidates in their order, and what a request would do now',
  },
  {
    key: 'limits',
    title: 'Limits',
    group: 'Operate',
    path: '/limits',
    letter: 'i',
    about: 'what is used and left, by member, when it runs out, what was told',
  },
  {
    key: 'capacity',
    title: 'Capacity',
    group: 'Operate',
    path: '/capacity',
    letter: 'y',
    about: 'what was bought ahead: used by minute, spilled, left on the table',
  },
  {
    key: 'coverage',
    title: 'Coverage',
    group: 'Operate',
    path: '/coverage',
    letter: 'v',
    about: 'what crossed, of all that sellers say was used, and what went round it',
  },
  {
    key: 'clients',
    title: 'Clients',
    group: 'Operate',
    path: '/clients',
    letter: 'k',
    about: 'settings to paste: SDKs, frameworks, editors',
  },
  {
    key: 'playground',
    title: 'Playground',
    group: 'Operate',
    path: '/playground',
    letter: 'x',
    about: 'ask up to three models the same thing, each answer with its receipt',
  },
  {
    key: 'spend',
    title: 'Spend',
    group: 'Spend',
    path: '/spend',
    letter: 's',
    about: 'by any two dimensions, against the period before',
  },
  {
    key: 'contracts',
    title: 'Contracts',
    group: 'Spend',
    path: '/contracts',
    letter: 'n',
    about: 'what each obliges to, what is missing in it, until when one can leave',
  },
  {
    key: 'commitments',
    title: 'Commitments',
    group: 'Spend',
    path: '/commitments',
    letter: 'm',
    about: 'what is drawn of them, what a shortfall costs, what is to be expected',
  },
  {
    key: 'journal',
    title: 'Journal',
    group: 'Prove',
    path: '/journal',
    letter: 'j',
    about: 'the log, its checkpoints, and checking a receipt',
  },
  {
    key: 'claims',
    title: 'Claims',
    group: 'Prove',
    path: '/claims',
    letter: 'l',
    about: 'what is said of the deal, and what evidence makes of it',
  },
  {
    key: 'duties',
    title: 'Duties',
    group: 'Govern',
    path: '/duties',
    letter: 'u',
    about: 'who answers for what, incidents and their clocks, matters to watch',
  },
  {
    key: 'playbook',
    title: 'Playbook',
    group: 'Govern',
    path: '/playbook',
    letter: 'p',
    about: 'what is left to do, graded by what is known',
  },
  {
    key: 'parties',
    title: 'Parties',
    group: 'Govern',
    path: '/parties',
    letter: 't',
    about: 'who is who in the deal, what links them, and your own register',
  },
  {
    key: 'settings',
    title: 'Settings',
    group: 'Govern',
    path: '/settings',
    letter: ',',
    about: 'keys, the configuration in force and its history',
  },
  {
    key: 'planner',
    title: 'Planner',
    group: 'Plan',
    path: '/planner',
    letter: 'w',
    about: 'from a megawatt, a rack or a reserved unit to tokens, money and carbon: every assumption a control',
  },
  {
    key: 'alliance',
    title: 'Alliance',
    group: 'Plan',
    path: '/alliance',
    letter: 'a',
    about: 'the deal behind the models as a system, simulated: capacity, draw-down, switches',
  },
  {
    key: 'brief',
    title: 'Brief',
    group: 'Plan',
    path: '/brief',
    letter: 'b',
    about: 'the deal on one sheet, to print',
  },
] as const satisfies readonly PageEntry[];

export interface RailGroup {
  readonly name: GroupName;
  readonly pages: readonly PageEntry[];
}

/** Groups in their order, each with its pages; none empty. */
export function railGroups(pages: readonly PageEntry[]): readonly RailGroup[] {
  return GROUPS.map((name) => ({ name, pages: pages.filter((page) => page.group === name) })).filter(
    (group) => group.pages.length > 0,
  );
}

/** The page that an address below the base belongs to: `/calls/01J…` is Calls. */
export function pageOfPath(pages: readonly PageEntry[], path: string): PageEntry | null {
  const belongs = ({ path: own }: PageEntry): boolean => path === own || (own !== '/' && path.startsWith(`${own}/`));
  return pages.find(belongs) ?? null;
}
