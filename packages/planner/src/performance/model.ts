// What predictions are made from, put together: chips and shapes of the catalogues in plain numbers, and a calibration.
import type { Catalogues } from '../catalogue/catalogues.ts';
import type { Calibration } from './calibration.ts';
import { chipOf, shapeOf } from './chip.ts';
import type { PerformanceModel } from './predict.ts';

export function performanceModel(
  { accelerators, models }: Pick<Catalogues, 'accelerators' | 'models'>,
  calibration: Calibration,
): PerformanceModel {
  return {
    chips: new Map([...accelerators].map(([id, held]) => [id, chipOf(id, held)])),
    shapes: new Map([...models].map(([id, held]) => [id, shapeOf(id, held)])),
    calibration,
  };
}
