// RFC 6962 tree heads for any prefix of a log, written apart from the product: the auditor of its journal must not share
// its code. Keeps the roots of the perfect subtrees to the left, and folds them from the right.
import { createHash } from 'node:crypto';

const hash = (prefix: number, ...parts: readonly Buffer[]): Buffer => {
  const sum = createHash('sha256').update(Buffer.from([prefix]));
  for (const part of parts) sum.update(part);
  return sum.digest();
};

/** Root (base64) of each prefix whose size is asked for. */
export function rootsOf(leaves: Iterable<Buffer>, sizes: ReadonlySet<number>): ReadonlyMap<number, string> {
  const roots = new Map<number, string>();
  const left: { readonly height: number; readonly root: Buffer }[] = [];
  let size = 0;
  if (sizes.has(0)) roots.set(0, createHash('sha256').digest('base64'));
  for (const leaf of leaves) {
    let node = { height: 0, root: hash(0, leaf) };
    for (let last = left.at(-1); last?.height === node.height; last = left.at(-1)) {
      left.pop();
      node = { height: node.height + 1, root: hash(1, last.root, node.root) };
    }
    left.push(node);
    size += 1;
    if (sizes.has(size))
      roots.set(
        size,
        left
          .map(({ root }) => root)
          .reduceRight((right, root) => hash(1, root, right))
          .toString('base64'),
      );
  }
  return roots;
}
