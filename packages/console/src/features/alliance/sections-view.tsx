// What follows from a run, section by section. Each says that it is simulated.
import type { ReactNode } from 'react';
import { CommandLine } from '../../parts/command/view.tsx';
import { Copy } from '../../parts/copy/view.tsx';
import { Explain } from '../../parts/explain/view.tsx';
import { Plain } from '../../parts/plain-table/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import type { Fact } from '../call/model.ts';
import type { DeliveryText, LayerText, OrganisationText } from './model.ts';
import type { DifferenceText, ThrownText } from './switches.ts';

export const Section = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <section className="alliance-section" aria-label={title}>
    <h2>
      {title} <span className="tag hatched">simulated</span>
    </h2>
    {children}
  </section>
);

export const Thrown = ({ thrown }: { readonly thrown: readonly ThrownText[] }) => (
  <Section title="What theory says, and what came">
    <div className="thrown-list">
      {thrown.map(({ key, title, what, where, moves }) => (
        <div key={key} className="thrown">
          <h3>{title}</h3>
          <p className="section-note">
            {what}. <span className="quiet-text">In {where}.</span>
          </p>
          <Plain
            name={`${title}: what theory says, and what came`}
            head={['Output', 'In theory', 'Because', 'Came>', 'Verdict']}
            rows={moves.map((move) => ({
              key: move.key,
              cells: [
                move.output,
                move.theory,
                move.because,
                move.came,
                <Tag key="verdict" tone={move.tone}>
                  {move.verdict}
                </Tag>,
              ],
            }))}
          />
        </div>
      ))}
    </div>
  </Section>
);

interface SideBySideProps {
  readonly sides: readonly string[];
  readonly rows: readonly DifferenceText[];
}

export const SideBySide = ({ sides, rows }: SideBySideProps) => (
  <Section title="Side by side">
    <p className="section-note">
      1st: {sides[0]}. 2nd: {sides[1]}. Means over the months that both have; values that both share are drawn alike, so
      the difference is path by path.
    </p>
    <Plain
      name="The two side by side"
      head={['Output', '1st>', '2nd>', '1st less 2nd>']}
      rows={rows.map(({ key, title, first, second, difference }) => ({
        key,
        cells: [title, first, second, difference],
      }))}
    />
  </Section>
);

interface YearsProps {
  readonly years: readonly string[];
  readonly shown: string;
  readonly onShow: (year: string) => void;
}

export const Years = ({ years, shown, onShow }: YearsProps) => (
  <div className="years" role="group" aria-label="Year">
    {years.map((year) => (
      <button
        key={year}
        type="button"
        className="button quiet"
        aria-pressed={year === shown}
        onClick={() => onShow(year)}
      >
        {year}
      </button>
    ))}
  </div>
);

interface LayersProps {
  readonly layers: readonly LayerText[];
  /** Each follows from the one before. */
  readonly chain?: boolean;
}

export const Layers = ({ layers, chain = false }: LayersProps) => (
  <ol className="layers" data-chain={chain || undefined} style={{ '--layers': layers.length } as object}>
    {layers.map(({ key, title, explain, values }) => (
      <li key={key}>
        <span className="figure-title">
          {title}
          <Explain {...explain} />
        </span>
        {values.map(({ side, text, spread }, i) => (
          <p key={side} className={i === 0 ? 'layer-value' : 'layer-value layer-second'}>
            {i > 0 && <span className="unseen">{side}: </span>}
            <span className="layer-text">{text}</span>
            <span className="figure-note">{spread}</span>
          </p>
        ))}
      </li>
    ))}
  </ol>
);

interface DeliveriesProps {
  readonly sides: readonly string[];
  readonly rows: readonly DeliveryText[];
  readonly shortfall: string;
}

export function Deliveries({ sides, rows, shortfall }: DeliveriesProps) {
  const beside = sides.length > 1;
  return (
    <Section title="Promised against delivered">
      {rows.length === 0 ? (
        <p className="section-note">Nothing is promised in this scenario.</p>
      ) : (
        <Plain
          name="Promised against delivered"
          head={[
            'What',
            'Kind',
            'Promised>',
            'By',
            'Delivered by then>',
            beside ? 'Chance, 1st>' : 'Chance>',
            ...(beside ? ['Chance, 2nd>'] : []),
            'First met',
          ]}
          rows={rows.map(({ key, says, kind, promised, source, by, delivered, chances, met }) => ({
            key,
            cells: [
              says,
              <span key="kind" title={source}>
                {kind}
              </span>,
              promised,
              by,
              delivered,
              ...chances,
              met,
            ],
          }))}
        />
      )}
      <p className="section-note">{shortfall}</p>
    </Section>
  );
}

export const Organisation = ({ told, main }: { readonly told: OrganisationText; readonly main: string }) => (
  <Section title={`What it means for ${told.name.charAt(0).toLowerCase()}${told.name.slice(1)}`}>
    <Layers layers={told.figures} />
    <Plain
      name={`By year, ${main}`}
      head={['Year', 'Price per million tokens>', 'Months not served in full>', 'Leaving at its end>']}
      rows={told.years.map(({ year, price, risk, exit }) => ({ key: year, cells: [year, price, risk, exit] }))}
    />
  </Section>
);

interface InputsProps {
  readonly facts: readonly Fact[];
  readonly tags: string;
  readonly note: string;
  readonly interval: string;
  readonly command: string;
}

export const Inputs = ({ facts, tags, note, interval, command }: InputsProps) => (
  <Section title="What it stands on">
    <p className="section-note">{note}</p>
    <div className="alliance-inputs">
      <div>
        <h3>{tags}</h3>
        <dl className="facts">
          {facts.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <div>
        <p className="section-note">
          Figures are rounded to three digits: {interval}. It is no forecast: it shows what follows from these values.
        </p>
        <p className="command">
          <CommandLine line={command} /> <Copy text={command} label="Copy" />
        </p>
      </div>
    </div>
  </Section>
);
