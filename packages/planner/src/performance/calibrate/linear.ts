// Symmetric linear systems, solved: small dense ones by Cholesky's factors, large sparse ones by conjugate gradients. Both are
// deterministic and take a bounded number of steps.

export const zeros = (size: number): number[] => Array.from({ length: size }, () => 0);

/** Solves `matrix`·x = `right`. The matrix is symmetric and positive definite; what is lost to rounding on its diagonal is floored. */
export function solveDense(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = right.length;
  const factor = matrix.map((row) => [...row]);
  for (let column = 0; column < size; column += 1) {
    const pivot = factor[column]!;
    let sum = pivot[column]!;
    for (let k = 0; k < column; k += 1) sum -= pivot[k]! ** 2;
    const root = Math.sqrt(Math.max(sum, 1e-300));
    pivot[column] = root;
    for (let row = column + 1; row < size; row += 1) {
      const held = factor[row]!;
      let value = held[column]!;
      for (let k = 0; k < column; k += 1) value -= held[k]! * pivot[k]!;
      held[column] = value / root;
    }
  }
  const x = [...right];
  for (let row = 0; row < size; row += 1) {
    let value = x[row]!;
    for (let k = 0; k < row; k += 1) value -= factor[row]![k]! * x[k]!;
    x[row] = value / factor[row]![row]!;
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    let value = x[row]!;
    for (let k = row + 1; k < size; k += 1) value -= factor[k]![row]! * x[k]!;
    x[row] = value / factor[row]![row]!;
  }
  return x;
}

const STEPS_MOST = 60;
const ENOUGH = 1e-10;

/** Solves `times`(x) = `right` from `start`. `diagonal`: of the same matrix. */
export function solveSparse(
  times: (x: readonly number[]) => number[],
  right: readonly number[],
  diagonal: readonly number[],
  start: readonly number[],
): number[] {
  const x = [...start];
  const image = times(x);
  const residual = right.map((value, at) => value - image[at]!);
  let scaled = residual.map((value, at) => value / diagonal[at]!);
  const direction = [...scaled];
  let size = dot(residual, scaled);
  const first = size + 1e-30;
  for (let step = 0; step < STEPS_MOST && size > ENOUGH * first; step += 1) {
    const turned = times(direction);
    const length = size / dot(direction, turned);
    for (let at = 0; at < x.length; at += 1) {
      x[at]! += length * direction[at]!;
      residual[at]! -= length * turned[at]!;
    }
    scaled = residual.map((value, at) => value / diagonal[at]!);
    const next = dot(residual, scaled);
    const keep = next / size;
    size = next;
    for (let at = 0; at < x.length; at += 1) direction[at] = scaled[at]! + keep * direction[at]!;
  }
  return x;
}

const dot = (first: readonly number[], second: readonly number[]): number => {
  let sum = 0;
  for (let at = 0; at < first.length; at += 1) sum += first[at]! * second[at]!;
  return sum;
};
