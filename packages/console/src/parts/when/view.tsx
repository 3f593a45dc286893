// Draws an instant: the exact time with its zone, the relative one beside it.
import { useNow } from '../clock/clock.tsx';
import { prepareWhen } from './model.ts';

interface WhenProps {
  readonly at: number | null;
  /** `both` in pages, `bare` under a column's head that names the zone, `relative` where room is short. */
  readonly style?: 'both' | 'bare' | 'relative';
}

export function When({ at, style = 'both' }: WhenProps) {
  const text = prepareWhen(at, useNow());
  if (text === null) return <span className="word">unknown</span>;
  if (style === 'relative')
    return (
      <time className="when" dateTime={text.iso} title={text.absolute}>
        {text.relative}
      </time>
    );
  return (
    <time className="when" dateTime={text.iso}>
      {style === 'bare' ? text.absolute.replace(/ UTC$/, '') : text.absolute}
      {style === 'both' && <span className="when-relative"> {text.relative}</span>}
    </time>
  );
}
