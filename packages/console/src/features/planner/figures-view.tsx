// The figures of a plan, each with its interval drawn, its formula and its sources; and what decides one of them.
import { Explain } from '../../parts/explain/view.tsx';
import { Plain } from '../../parts/plain-table/view.tsx';
import type { BandParts, DrawnBand } from './figures.ts';
import type { FigureText, PlanTold, SwingText } from './model.ts';
import { leadTo, placeOf } from './places.ts';
import { Select } from './select-view.tsx';

const share = (part: number): string => `${(100 * part).toFixed(2)}%`;
const SWINGS = placeOf('part', 'swings');

interface ToldProps {
  readonly told: PlanTold;
  readonly onAbout: (id: string) => void;
}

export function FiguresTable({ told: { figures, sides, interval }, onAbout }: ToldProps) {
  const two = sides.length > 1;
  return (
    <section className="plan-figures" aria-label="Figures" data-two={two || undefined}>
      <Plain
        name="Figures of the plan"
        head={two ? ['Figure', '1st>', '2nd>', '2nd less 1st>'] : ['Figure', 'Estimate>']}
        rows={figures.map((figure) => ({
          key: figure.key,
          cells: [
            <Title key="title" figure={figure} onAbout={onAbout} />,
            ...figure.texts.map((text, side) => (
              <Estimate key={sides[side]} text={text} band={figure.drawn[side] ?? null} />
            )),
            ...(figure.difference === null ? [] : [<Estimate key="difference" text={figure.difference} band={null} />]),
          ],
        }))}
      />
      <p className="section-note">
        {interval} The bars begin at nought: a wide one is a figure that nobody knows well.
      </p>
    </section>
  );
}

interface TitleProps {
  readonly figure: FigureText;
  readonly onAbout: (id: string) => void;
}

const Title = ({ figure: { key, title, explain, place }, onAbout }: TitleProps) => (
  <span className="plan-figure-title" id={place} tabIndex={-1}>
    {title}{' '}
    <Explain {...explain}>
      {(close) => (
        <button
          type="button"
          className="button"
          onClick={() => {
            close();
            onAbout(key);
            leadTo(SWINGS);
          }}
        >
          What decides it
        </button>
      )}
    </Explain>
  </span>
);

const Estimate = ({ text: { middle, range }, band }: { readonly text: BandParts; readonly band: DrawnBand | null }) => (
  <span className="plan-estimate">
    <span>
      {middle} {range !== '' && <span className="plan-range">({range})</span>}
    </span>
    <Drawn band={band} />
  </span>
);

const Drawn = ({ band }: { readonly band: DrawnBand | null }) =>
  band === null ? null : (
    <span className="plan-drawn" aria-hidden="true">
      <span className="plan-drawn-bar" style={{ left: share(band.left), width: share(band.width) }} />
      <span className="plan-drawn-middle" style={{ left: share(band.middle) }} />
    </span>
  );

export const Swings = ({ told: { swings, about }, onAbout }: ToldProps) => (
  <section className="plan-swings" aria-label="What decides it" id={SWINGS} tabIndex={-1}>
    <header>
      <h2>What decides it</h2>
      <Select label="figure" value={about.id} options={about.choices} onChange={onAbout} />
    </header>
    <p className="section-note">
      One assumption at a time, from where one draw in ten lies below it to where one in ten lies above, all others as
      likely.
      {swings.some(({ rank }) => rank !== '') &&
        ' The number beside it says how closely the figure follows it over all draws: 1 always, 0 not at all, less than 0 the other way.'}
    </p>
    <ul>
      {swings.map((swing) => (
        <Swing key={swing.key} swing={swing} />
      ))}
    </ul>
  </section>
);

const Swing = ({ swing: { title, says, rank, left, width, middle } }: { readonly swing: SwingText }) => (
  <li className="swing">
    <span className="swing-title">{title}</span>
    <span className="swing-rank" title="rank correlation">
      {rank}
    </span>
    <span className="swing-track" aria-hidden="true">
      <span className="swing-bar" style={{ left: share(left), width: share(width) }} />
      <span className="swing-middle" style={{ left: share(middle) }} />
    </span>
    <span className="swing-says">{says}</span>
  </li>
);
