// Draws an estimate with its interval; what the interval means is there on focus.
import { Hint } from '../popover/view.tsx';
import { prepareInterval, type IntervalValue } from './model.ts';

interface IntervalProps {
  readonly value: IntervalValue;
  readonly format: (number: number) => string;
}

export function Interval({ value, format }: IntervalProps) {
  const { text, meaning } = prepareInterval(value, format);
  return (
    <Hint hint={meaning} className="count">
      {text}
    </Hint>
  );
}
