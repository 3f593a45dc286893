// Draws an instant: the exact time with its zone, the relative one beside it.
import { useNow } from '../clock/clock.tsx';
import { prepareWhen } from './model.ts';

interface WhenProps {
  readonly at: number | null;
  /** `both` in pages, `absolute` in tables, `relative` where room is short. */
  readonly style?: 'both' | 'absolute' | 'relative';
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
      {text.absolute}
      {style === 'both' && <span className="when-relative"> {text.relative}</span>}
    </time>
  );
}
