// Contracts that stand and cannot be read, drawn: each says what is wrong and what brings it back.
import type { UnreadableText } from './model.ts';

export const Unreadable = ({ unreadable }: { readonly unreadable: readonly UnreadableText[] }) =>
  unreadable.length === 0 ? null : (
    <ul className="remarks" aria-label="Contracts that cannot be read">
      {unreadable.map(({ key, text, next }) => (
        <li key={key} data-tone="warn">
          <span>
            {text} {next}
          </span>
        </li>
      ))}
    </ul>
  );
