// The units that a value of a catalogue may stand in: of each, what it measures and how many of that measure's base unit it is.
// A value is converted where it is used, and only within its measure, so a megawatt is never read as a kilowatt.

const UNITS = {
  W: ['power', 1],
  kW: ['power', 1e3],
  MW: ['power', 1e6],
  GW: ['power', 1e9],
  'W/chip': ['power per chip', 1],
  'kW/chip': ['power per chip', 1e3],
  Wh: ['energy', 1],
  kWh: ['energy', 1e3],
  MWh: ['energy', 1e6],
  'J/token': ['energy per token', 1],
  USD: ['money', 1],
  'USD m': ['money', 1e6],
  'USD bn': ['money', 1e9],
  'USD/chip': ['money per chip', 1],
  'USD/kW': ['money per power', 1],
  'USD m/MW': ['money per power', 1e3],
  'USD bn/GW': ['money per power', 1e3],
  'USD/kWh': ['money per energy', 1],
  'USD/MWh': ['money per energy', 1e-3],
  'USD/chip-hour': ['money per chip-hour', 1],
  'USD/hour': ['money per hour', 1],
  'USD/Mtok': ['money per token', 1],
  'USD/year': ['money per year', 1],
  ms: ['time', 1e-3],
  us: ['time', 1e-6],
  hours: ['time', 3600],
  days: ['time', 86_400],
  weeks: ['time', 604_800],
  months: ['time', 2_629_800],
  years: ['time', 31_557_600],
  'gCO2/kWh': ['carbon per energy', 1],
  kgCO2: ['carbon', 1],
  'kgCO2/chip': ['carbon per chip', 1],
  'L/kWh': ['water per energy', 1],
  GB: ['memory', 1e9],
  GiB: ['memory', 2 ** 30],
  TB: ['memory', 1e12],
  'GB/s': ['bandwidth', 1e9],
  'TB/s': ['bandwidth', 1e12],
  'Gbit/s': ['bandwidth', 1.25e8],
  TFLOPS: ['arithmetic', 1e12],
  PFLOPS: ['arithmetic', 1e15],
  chips: ['chips', 1],
  racks: ['racks', 1],
  'racks/month': ['racks per time', 1],
  parameters: ['parameters', 1],
  'bn parameters': ['parameters', 1e9],
  tokens: ['tokens', 1],
  'tokens/s': ['tokens per time', 1],
  'tokens/min': ['tokens per time', 1 / 60],
  count: ['count', 1],
  bits: ['bits', 1],
  share: ['share', 1],
  'share/year': ['share per year', 1],
  ratio: ['ratio', 1],
} as const satisfies Record<string, readonly [measure: string, base: number]>;

export type Unit = keyof typeof UNITS;

/** How many `to` one `from` is. */
export function unitRatio(from: Unit, to: Unit): number {
  const [[measure, base], [other, otherBase]] = [UNITS[from], UNITS[to]];
  return measure === other ? base / otherBase : Number.NaN;
}
