// A name that leads to no route, told with the nearest one that does and that the key may use: what a key may not use is not given away.
import { AppError, didYouMean } from '@weighbridge/kernel';

const NAME_MOST = 200;

/** `known`: names that the key may ask for. */
export function unknownModel(name: string, known: readonly string[]): AppError {
  const near = didYouMean(name, known);
  return new AppError(
    'MODEL_UNKNOWN',
    `no route has the name "${name.slice(0, NAME_MOST)}"`,
    near === undefined ? {} : { next: `did you mean "${near}"? \`GET /v1/models\` lists all that this key may use` },
  );
}
