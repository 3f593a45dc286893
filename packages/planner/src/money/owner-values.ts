// What an owner of chips and the price of power give to every model of owning: drawn under the same names wherever a plan asks, so that
// a gigawatt and an hour of a chip hang on the same assumptions.
import type { Finance } from '../catalogue/finance.ts';
import type { Grid } from '../catalogue/grids.ts';
import type { Variables } from '../draws/variables.ts';
import { powerPrice } from './owning.ts';

/** Places of the values. Throws PLAN_INVALID where the grid has no price. */
export const ownerValues = ({ add }: Variables, owner: Finance, grid: Grid) => ({
  power: add('power_price', 'price of power', powerPrice(grid), 'USD/kWh'),
  rate: add('rate', 'cost of capital', owner.rate, 'share/year'),
  life: add('equipment_life', 'life of the equipment', owner.equipment_life, 'years'),
  facilityLife: add('facility_life', 'life of the facility', owner.facility_life, 'years'),
  maintenance: add('maintenance', 'upkeep, of the price of the equipment', owner.maintenance, 'share/year'),
  load: add('load', 'mean draw ÷ nominal draw', owner.load, 'share'),
  availability: add(
    'availability',
    'availability: part of the year in which a chip can be used',
    owner.availability,
    'share',
  ),
  utilisation: add('utilisation', 'utilisation: part of that time in which it works', owner.utilisation, 'share'),
  goodput: add('goodput', 'goodput: part of its work that counts', owner.goodput, 'share'),
});
