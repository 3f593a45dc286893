// Draws one cell.
import { Count } from '../count/view.tsx';
import { Duration } from '../duration/view.tsx';
import { Evidence } from '../evidence/view.tsx';
import { Money } from '../money/view.tsx';
import { Sparkline } from '../sparkline/view.tsx';
import { When } from '../when/view.tsx';
import type { Cell } from './cell.ts';

export function CellView({ cell }: { readonly cell: Cell }) {
  switch (cell.kind) {
    case 'text': {
      const text = cell.text === '' ? <span className="word">–</span> : cell.text;
      const styled = cell.mono === true ? <code>{text}</code> : text;
      return cell.href === undefined ? styled : <a href={cell.href}>{styled}</a>;
    }
    case 'badge':
      return (
        <span className="tag" data-tone={cell.tone}>
          {cell.text}
        </span>
      );
    case 'money':
      return <Money value={cell.value} style="column" />;
    case 'count':
      return <Count value={cell.value} />;
    case 'duration':
      return <Duration ms={cell.ms} />;
    case 'when':
      return <When at={cell.at} style="absolute" />;
    case 'share':
      return (
        <span className="share">
          {cell.share !== null && (
            <span className="share-bar" style={{ width: `${Math.min(1, cell.share) * 100}%` }} aria-hidden="true" />
          )}
          <span>{cell.text}</span>
        </span>
      );
    case 'grade':
      return (
        <span className="graded">
          {cell.of} <Evidence grade={cell.grade} />
        </span>
      );
    case 'spark':
      return <Sparkline values={cell.values} open={cell.open} label={cell.label} />;
  }
}
