// What a buyer asks first, each in a line that leads to where it comes from; what stands beside it, and in what the two differ.
import { Plain } from '../../parts/plain-table/view.tsx';
import type { AskedText } from './asked.ts';
import type { BesideText, DifferText } from './beside.ts';
import { leadTo } from './places.ts';

interface AskedProps {
  readonly asked: readonly AskedText[];
  readonly onAbout: (id: string) => void;
}

export const Asked = ({ asked, onAbout }: AskedProps) => (
  <section className="plan-asked" aria-labelledby="plan-asked">
    <h2 id="plan-asked">What a buyer asks</h2>
    <dl>
      {asked.map(({ key, asks, says, place, leads, about }) => (
        <div key={key}>
          <dt>{asks}</dt>
          <dd>
            {says}{' '}
            <button
              type="button"
              className="plan-lead"
              aria-label={`${asks} ${leads}`}
              onClick={() => {
                if (about !== null) onAbout(about);
                leadTo(place);
              }}
            >
              {leads}
            </button>
          </dd>
        </div>
      ))}
    </dl>
    <p className="section-note">
      In brackets: from the tenth to the ninetieth of a hundred draws. In eight of ten it lies between the two.
    </p>
  </section>
);

const DIFFERS_OPEN = 6;

export const Beside = ({ beside: { title, says, differs } }: { readonly beside: BesideText }) => (
  <section className="plan-beside" aria-labelledby="plan-beside">
    <h2 id="plan-beside">Beside it: {title}</h2>
    <p>{says}</p>
    {differs === null && (
      <p className="section-note">They are of different kinds, so their figures do not stand side by side.</p>
    )}
    {differs?.length === 0 && (
      <p className="section-note">Nothing differs between the two yet: change a choice or an assumption.</p>
    )}
    {differs !== null && differs.length > 0 && <Differs rows={differs} />}
  </section>
);

function Differs({ rows }: { readonly rows: readonly DifferText[] }) {
  const table = (shown: readonly DifferText[], name: string) => (
    <Plain
      name={name}
      head={['They differ in', '1st', '2nd']}
      rows={shown.map(({ key, title, texts }) => ({ key, cells: [title, ...texts] }))}
    />
  );
  const rest = rows.slice(DIFFERS_OPEN);
  return (
    <>
      {table(rows.slice(0, DIFFERS_OPEN), 'In what they differ')}
      {rest.length > 0 && (
        <details>
          <summary>And in {rest.length} more</summary>
          {table(rest, 'In what else they differ')}
        </details>
      )}
    </>
  );
}
