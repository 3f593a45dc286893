// Draws one cell.
import { Count } from '../count/view.tsx';
import { Duration } from '../duration/view.tsx';
import { Evidence } from '../evidence/view.tsx';
import { Money } from '../money/view.tsx';
import { Sparkline } from '../sparkline/view.tsx';
import { When } from '../when/view.tsx';
import type { Cell } from './cell.ts';

/** Unknown, said so under the pointer and to a screen reader; a dash where words would crowd a column. */
const Missing = () => (
  <span className="word" title="unknown">
    –
  </span>
);

export function CellView({ cell }: { readonly cell: Cell }) {
  switch (cell.kind) {
    case 'text': {
      const text = cell.text === '' ? <Missing /> : (cell.short ?? cell.text);
      const styled = cell.mono === true ? <code>{text}</code> : text;
      return cell.href === undefined ? (
        <span className="cell-text" title={cell.short === undefined ? undefined : cell.text}>
          {styled}
        </span>
      ) : (
        <a href={cell.href} title={cell.short === undefined ? undefined : cell.text}>
          {styled}
        </a>
      );
    }
    case 'badge':
      return (
        <span className="tag" data-tone={cell.tone}>
          {cell.text}
        </span>
      );
    case 'money':
      return <Money value={cell.value} form="column" />;
    case 'count':
      return cell.value === null ? <Missing /> : <Count value={cell.value} />;
    case 'duration':
      return cell.ms === null ? <Missing /> : <Duration ms={cell.ms} />;
    case 'when':
      return <When at={cell.at} form="bare" />;
    case 'share':
      return (
        <span className="share">
          {cell.share !== null && cell.bare !== true && (
            <span className="share-bar" style={{ width: `${Math.min(1, cell.share) * 100}%` }} aria-hidden="true" />
          )}
          <span>{cell.text}</span>
        </span>
      );
    case 'grade':
      return (
        <span className="graded">
          <span title={cell.short === undefined ? undefined : cell.of}>{cell.short ?? cell.of}</span>{' '}
          <Evidence grade={cell.grade} />
        </span>
      );
    case 'spark':
      return <Sparkline values={cell.values} open={cell.open} label={cell.label} />;
  }
}
