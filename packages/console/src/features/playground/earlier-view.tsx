// What was asked before, in this tab alone: each question with what became of it.
import { Plain } from '../../parts/plain-table/view.tsx';
import type { EarlierText } from './model.ts';

interface EarlierProps {
  readonly earlier: readonly EarlierText[];
  readonly onClear: () => void;
}

export const EarlierView = ({ earlier, onClear }: EarlierProps) => (
  <section className="play-earlier" aria-labelledby="play-earlier">
    <header className="section-head">
      <h2 id="play-earlier">Asked before</h2>
      <button type="button" className="button quiet" onClick={onClear}>
        Forget all
      </button>
    </header>
    <p className="section-note">
      Kept in this tab until the session ends. The receipts stay in the log; they hold no text.
    </p>
    {earlier.map(({ id, title, prompt, rows }) => (
      <details key={id}>
        <summary>{title}</summary>
        <p className="play-asked">{prompt}</p>
        <Plain
          name={`Answers to ${title}`}
          head={['Model', 'State', 'First token>', 'Cost>', 'Answer', 'Receipt']}
          rows={rows.map(({ key, cells, href }) => {
            const [model, state, first, cost, words] = cells;
            return {
              key,
              cells: [
                model,
                state,
                first === '' ? null : first,
                cost === '' ? null : cost,
                <span key="words" className="play-told">
                  {words}
                </span>,
                href === null ? null : (
                  <a key="receipt" href={href}>
                    Receipt
                  </a>
                ),
              ],
            };
          })}
        />
      </details>
    ))}
  </section>
);
