// What the energy of each deployment's answers is estimated from: the planner's table, whose row is found once per activation by the
// model's name, so that a lane has plain numbers by deployment.
import { readFileSync } from 'node:fs';
import type { Deployment, EnergyFactors } from '@weighbridge/gateway';
import { energyRowOf, ENERGY_TABLE_FILE, type EnergyTable } from '@weighbridge/planner';

let kept: EnergyTable | undefined;

/** By id. A name that no class of models knows falls to the class of undisclosed ones. */
export function energyFactors(deployments: readonly Deployment[]): Readonly<Record<string, EnergyFactors>> {
  kept ??= JSON.parse(readFileSync(ENERGY_TABLE_FILE, 'utf8')) as EnergyTable;
  const table = kept;
  const factors = deployments.flatMap(({ id, model }): [string, EnergyFactors][] => {
    const row = energyRowOf(table, model);
    return row === undefined ? [] : [[id, { method: `${table.method} ${row.class}`, ...row.wh_per_mtok }]];
  });
  return Object.fromEntries(factors);
}
