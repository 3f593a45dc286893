// What changed from one version to the next: each path with what stood there before, and what stands there after.
import type { ReactNode } from 'react';

interface ChangeListProps<Change> {
  readonly changes: readonly Change[];
  readonly name: (change: Change) => ReactNode;
}

export const ChangeList = <
  Change extends { readonly path: string; readonly before: string | null; readonly after: string | null },
>({
  changes,
  name,
}: ChangeListProps<Change>) => (
  <ul className="changes">
    {changes.map((change) => (
      <li key={change.path}>
        {name(change)}
        {change.before !== null && (
          <del>
            <span className="unseen">before: </span>
            {change.before}
          </del>
        )}
        {change.after !== null && (
          <ins>
            <span className="unseen">after: </span>
            {change.after}
          </ins>
        )}
      </li>
    ))}
  </ul>
);
