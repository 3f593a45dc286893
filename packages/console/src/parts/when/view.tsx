// Draws an instant: the exact time with its zone, the relative one beside it.
import { useNow } from '../clock/clock.tsx';
import { prepareWhen } from './model.ts';

interface WhenProps {
  readonly at: number | null;
  /** `both` in pages, `bare` under a column's head that names the zone, `relative` where room is short. */
  readonly form?: 'both' | 'bare' | 'relative';
}

export function When({ at, form = 'both' }: WhenProps) {
  const text = prepareWhen(at, useNow());
  if (text === null) return <span className="word">unknown</span>;
  if (form === 'relative')
    return (
      <time className="when" dateTime={text.iso} title={text.absolute}>
        {text.relative}
      </time>
    );
  return (
    <time className="when" dateTime={text.iso}>
      {form === 'bare' ? text.absolute.replace(/ UTC$/, '') : text.absolute}
      {form === 'both' && <span className="when-relative"> {text.relative}</span>}
    </time>
  );
}
