// Draws a prepared amount: cents first, further digits set apart, a rounded one marked with its exact amount behind it.
import { Hint } from '../popover/view.tsx';
import { prepareMoney, type MoneyStyle, type MoneyValue } from './model.ts';

interface MoneyProps {
  readonly value: MoneyValue;
  readonly form?: MoneyStyle;
  /** Room for so many digits behind the cents, so that points stand below each other. */
  readonly room?: number;
}

export function Money({ value, form = 'full', room }: MoneyProps) {
  const text = prepareMoney(value, form);
  if (text.kind === 'word')
    return (
      <Hint hint={text.why} className="word">
        {text.word}
      </Hint>
    );
  const figure = (
    <>
      {text.lead}
      {text.whole}
      {text.cents}
      {form === 'column' ? (
        <span className="fine">{text.fine}</span>
      ) : (
        <span className="fine-free" style={room === undefined ? undefined : { minWidth: `${room}ch` }}>
          {text.fine}
        </span>
      )}
    </>
  );
  return (
    <span className="money" data-style={form}>
      {text.rounded ? <abbr title={text.exact}>{figure}</abbr> : figure}
      {text.estimated && <span className="estimated"> est.</span>}
    </span>
  );
}
