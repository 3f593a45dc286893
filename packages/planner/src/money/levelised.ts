// What an hour of a chip costs whoever owns it: capital spread over its life at the cost of capital, upkeep and power, over the hours
// in which it can be used. An estimate in doubles; amounts that are owed are never computed here.

export interface GpuHourCost {
  /** Currency per GPU. */
  readonly equipment: number;
  readonly facility: number;
  /** Cost of capital, a year. */
  readonly rate: number;
  readonly equipmentYears: number;
  readonly facilityYears: number;
  /** Of the equipment's price, a year. */
  readonly maintenance: number;
  /** All-in, PUE included. */
  readonly kilowatts: number;
  readonly load: number;
  /** Currency per kWh. */
  readonly power: number;
  /** Availability × utilisation. */
  readonly used: number;
}

const HOURS_A_YEAR = 8760;

/** Capital recovery factor: what a year of `years` costs of 1 paid now. */
export const capitalRecovery = (rate: number, years: number): number =>
  rate === 0 ? 1 / years : (rate * (1 + rate) ** years) / ((1 + rate) ** years - 1);

/** Levelised cost of an hour of one GPU: reference capacity.md 5. */
export function gpuHourCost(cost: GpuHourCost): number {
  const equipment = cost.equipment * capitalRecovery(cost.rate, cost.equipmentYears);
  const facility = cost.facility * capitalRecovery(cost.rate, cost.facilityYears);
  const maintenance = cost.maintenance * cost.equipment;
  const power = cost.kilowatts * HOURS_A_YEAR * cost.load * cost.power;
  return (equipment + facility + maintenance + power) / (HOURS_A_YEAR * cost.used);
}
