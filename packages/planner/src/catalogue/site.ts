// Where a plan stands: a facility, a grid and an owner by their names in the catalogues, and what the plan assumes in place of the
// catalogues' values, each with a source of its own. Every kind of plan has it, written the same way.
import type { DocumentPath, ProblemList } from '@weighbridge/document';
import { z } from 'zod';
import { checkSources, sourcesForm, type Sources } from './catalogue.ts';
import { nearestEntry, type Catalogues } from './catalogues.ts';
import { facilityForm, type Facility } from './facilities.ts';
import { financeForm, type Finance } from './finance.ts';
import { gridForm, type Grid } from './grids.ts';
import { rackForm, type Rack } from './racks.ts';
import { sourced, type Sourced } from './sourced.ts';

export interface SiteWords {
  readonly facility: string;
  readonly grid: string;
  readonly owner: string;
  readonly sources: Sources;
  readonly assumptions: {
    readonly facility?: Partial<Facility> | undefined;
    readonly grid?: Partial<Grid> | undefined;
    readonly owner?: Partial<Finance> | undefined;
    readonly racks: Readonly<Record<string, Partial<Rack>>>;
    /** Of power bought under contract: what it emits, by the contract. */
    readonly market_carbon?: Sourced | undefined;
  };
}

/** Keys of a plan's form. */
export const siteKeys = {
  facility: z.string(),
  grid: z.string(),
  owner: z.string(),
  sources: sourcesForm.default({}),
  assumptions: z
    .strictObject({
      facility: facilityForm.partial().optional(),
      grid: gridForm.partial().optional(),
      owner: financeForm.partial().optional(),
      racks: z.record(z.string().max(60), rackForm.partial()).default({}),
      market_carbon: sourced(['gCO2/kWh'], { most: 2000 }).optional(),
    })
    .default({ racks: {} }),
};

export interface Site {
  readonly facility: Facility;
  readonly grid: Grid;
  readonly owner: Finance;
  readonly racks: ReadonlyMap<string, Rack>;
  readonly market_carbon: Sourced | undefined;
}

/** `needed`: what the plan reads of its facility. */
export function checkSite(
  site: SiteWords,
  catalogues: Catalogues,
  problems: ProblemList,
  needed: readonly (keyof Facility)[],
): void {
  checkSources(site.assumptions, ['assumptions'], Object.keys(site.sources), problems);
  checkName(['facility'], site.facility, 'facilities', catalogues, problems);
  checkName(['grid'], site.grid, 'grids', catalogues, problems);
  checkName(['owner'], site.owner, 'capex', catalogues, problems);
  for (const rack of Object.keys(site.assumptions.racks))
    checkName(['assumptions', 'racks', rack], rack, 'racks', catalogues, problems, 'key');
  const facility = { ...catalogues.facilities.get(site.facility), ...site.assumptions.facility };
  for (const key of needed)
    if (facility[key] === undefined && catalogues.facilities.has(site.facility))
      problems.error(
        ['facility'],
        `"${site.facility}" says nothing of ${key}, which a plan needs`,
        `state \`${key}\` under assumptions.facility, or use liquid-new-build or air-new-build`,
      );
}

export function checkName(
  path: DocumentPath,
  name: string,
  catalogue: keyof Catalogues,
  catalogues: Catalogues,
  problems: ProblemList,
  at?: 'key',
): void {
  const ids = [...catalogues[catalogue].keys()];
  if (!ids.includes(name))
    problems.error(path, `"${name}" is not in the catalogue of ${catalogue}`, nearestEntry(name, ids), at);
}

/** Of a plan that was checked. `racks`: those that it uses. */
export function siteOf(
  { facility, grid, owner, assumptions }: SiteWords,
  racks: readonly string[],
  catalogues: Catalogues,
): Site {
  return {
    facility: { ...catalogues.facilities.get(facility)!, ...assumptions.facility },
    grid: { ...catalogues.grids.get(grid)!, ...assumptions.grid },
    owner: { ...catalogues.capex.get(owner)!, ...assumptions.owner },
    racks: new Map(racks.map((rack) => [rack, { ...catalogues.racks.get(rack)!, ...assumptions.racks[rack] }])),
    market_carbon: assumptions.market_carbon,
  };
}
