// The catalogues as predictions and scores use them: chips and shapes in plain numbers, and the names that tables give them.
import type { Accelerator } from '../catalogue/accelerators.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Model } from '../catalogue/models.ts';
import { chipOf, shapeOf, type Chip, type Shape } from '../performance/chip.ts';
import { namesOf, type Names } from './names.ts';

export interface Bench {
  readonly chips: ReadonlyMap<string, Chip>;
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly chipNames: Names;
  readonly modelNames: Names;
}

export function benchOf(catalogues: {
  readonly accelerators: Catalogue<Accelerator>;
  readonly models: Catalogue<Model>;
}): Bench {
  const { accelerators, models } = catalogues;
  return {
    chips: new Map([...accelerators].map(([id, held]) => [id, chipOf(id, held)])),
    shapes: new Map([...models].map(([id, held]) => [id, shapeOf(id, held)])),
    chipNames: namesOf(accelerators, true),
    modelNames: namesOf(models),
  };
}
