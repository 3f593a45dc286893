// Draws counts and tokens.
import { Hint } from '../popover/view.tsx';
import { prepareCount, prepareTokens, type CountValue } from './model.ts';

interface CountProps {
  readonly value: CountValue;
  readonly form?: 'exact' | 'short';
}

export function Count({ value, form = 'exact' }: CountProps) {
  const { text, exact, rounded } = prepareCount(value, form);
  return <span className="count">{rounded ? <abbr title={exact}>{text}</abbr> : text}</span>;
}

interface TokensProps {
  readonly tokens: Readonly<Partial<Record<string, number>>> | null;
  readonly source?: 'reported' | 'estimated' | 'unknown';
}

/** The total, and on focus what it is made of. */
export function Tokens({ tokens, source = 'reported' }: TokensProps) {
  const { total, rows, note } = prepareTokens(tokens, source);
  const parts = (
    <>
      {rows.map(({ name, label, count }) => (
        <span key={name} className="pair">
          <span>{label}</span> <span className="count">{count.text}</span>
        </span>
      ))}
      {note !== null && <span>{note}</span>}
    </>
  );
  return (
    <Hint hint={parts} className="count">
      {total.text}
      {source === 'estimated' && <span className="estimated"> est.</span>}
    </Hint>
  );
}
