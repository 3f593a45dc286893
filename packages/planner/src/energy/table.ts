// The small table that a receipt's energy is estimated from: Wh per million tokens by class of model and token, with its interval and the
// method's version. It is computed here from the catalogues and handed on as frozen data; whoever meters a call multiplies and adds.
import { entryOf, type Catalogues } from '../catalogue/catalogues.ts';
import { rangeIn } from '../catalogue/sourced.ts';
import { studyModel } from '../draws/study.ts';
import { TOKEN_CLASSES, type TokenClass } from '../money/tokens.ts';
import { newBuildFor } from '../power/anchors.ts';
import { bandOf } from '../system/bands.ts';
import { ENERGY_METHOD, tokenEnergyModel, type EnergyFigure } from './tokens.ts';

/** Wh per million tokens: tenth, fiftieth and ninetieth per cent. */
export type EnergyEnds = readonly [low: number, value: number, high: number];

export interface EnergyRow {
  readonly class: string;
  /** Parts of model names; the longest that a name holds decides. */
  readonly models: readonly string[];
  readonly wh_per_mtok: Readonly<Record<TokenClass, EnergyEnds>>;
}

export interface EnergyTable {
  readonly method: string;
  readonly interval: 'p10 to p90';
  readonly seed: number;
  readonly draws: number;
  /** The last is for whatever no other takes. */
  readonly rows: readonly EnergyRow[];
}

/** Where the table that ships lies. */
export const ENERGY_TABLE_FILE = new URL('../../data/energy-table.json', import.meta.url);

const TABLE_OPTIONS = { seed: 1, draws: 8192 };
const ENERGY: EnergyFigure = 'energy';

/** The same for the same catalogues. Throws PLAN_INVALID. */
export function energyTable(catalogues: Catalogues): EnergyTable {
  const rows = [...catalogues.serving].map(([id, serving]): EnergyRow => {
    const drawn = Object.fromEntries(TOKEN_CLASSES.map((each) => [each, [] as number[]])) as Record<
      TokenClass,
      number[]
    >;
    for (const name of serving.racks) {
      const rack = entryOf(catalogues, 'racks', name, `serving class ${id}`);
      const owner = entryOf(catalogues, 'capex', 'hyperscaler', 'the energy table');
      const model = tokenEnergyModel({
        rack,
        facility: newBuildFor(rack, catalogues),
        grid: entryOf(catalogues, 'grids', 'world', 'the energy table'),
        load: owner.load,
        life: owner.equipment_life,
        throughput: {
          input: rangeIn(serving.input, 'tokens/s'),
          cached: rangeIn(serving.cached, 'tokens/s'),
          output: rangeIn(serving.output, 'tokens/s'),
        },
      });
      const study = studyModel(model, { seed: TABLE_OPTIONS.seed, count: TABLE_OPTIONS.draws });
      for (const each of TOKEN_CLASSES)
        for (const wh of study.outputs[model.outputs.findIndex((output) => output.name === `${each}.${ENERGY}`)]!)
          drawn[each].push(wh);
    }
    return {
      class: id,
      models: serving.models,
      wh_per_mtok: Object.fromEntries(TOKEN_CLASSES.map((each) => [each, endsOf(drawn[each])])) as Record<
        TokenClass,
        EnergyEnds
      >,
    };
  });
  const otherwise = rows.filter(({ models }) => models.length === 0);
  return {
    method: ENERGY_METHOD,
    interval: 'p10 to p90',
    ...TABLE_OPTIONS,
    rows: [...rows.filter(({ models }) => models.length > 0), ...otherwise],
  };
}

/** Three figures are more than is known. */
function endsOf(drawn: readonly number[]): EnergyEnds {
  const band = bandOf(drawn);
  const rounded = (value: number): number => Number(value.toPrecision(3));
  return [rounded(band?.p10 ?? 0), rounded(band?.p50 ?? 0), rounded(band?.p90 ?? 0)];
}

/** The row that a model's name falls to. */
export function energyRowOf(table: EnergyTable, model: string): EnergyRow | undefined {
  const name = model.toLowerCase();
  let [best, length] = [table.rows.find(({ models }) => models.length === 0), 0];
  for (const row of table.rows)
    for (const part of row.models) if (part.length > length && name.includes(part)) [best, length] = [row, part.length];
  return best;
}
