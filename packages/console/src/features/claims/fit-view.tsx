// Whether the headlines fit together, drawn: two totals that are never one, what is told in two ways, and the arithmetic.
import { Plain } from '../../parts/plain-table/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import type { CheckText, ConflictText, FitText, TotalText } from './fit.ts';

interface FitProps {
  readonly fit: FitText;
  readonly hrefOfClaim: (id: string) => string;
}

export const FitPart = ({ fit, hrefOfClaim }: FitProps) => (
  <div className="fit">
    <section aria-labelledby="fit-owed">
      <h2 id="fit-owed">What is owed, and what is only possible</h2>
      <p className="section-note">Claims in two sums that are never one: an “up to” obliges nobody to anything.</p>
      <div className="apart">
        <Totals
          title="Owed, as it is told"
          totals={fit.firm}
          none="No claim is of a firm obligation."
          hrefOfClaim={hrefOfClaim}
        />
        <Totals title="Only possible" totals={fit.options} none="No claim is of an option." hrefOfClaim={hrefOfClaim} />
      </div>
    </section>
    <section aria-labelledby="fit-conflicts">
      <h2 id="fit-conflicts">Headlines that cannot all hold</h2>
      {fit.conflicts.length === 0 && <p className="section-note">None: no claim is told in two ways.</p>}
      {fit.conflicts.map((conflict) => (
        <Conflict key={conflict.key} conflict={conflict} href={hrefOfClaim(conflict.claim)} />
      ))}
    </section>
    {fit.check !== null && <Check check={fit.check} hrefOfClaim={hrefOfClaim} />}
  </div>
);

interface TotalsProps {
  readonly title: string;
  readonly totals: readonly TotalText[];
  readonly none: string;
  readonly hrefOfClaim: (id: string) => string;
}

const Totals = ({ title, totals, none, hrefOfClaim }: TotalsProps) => (
  <div>
    <h3>{title}</h3>
    {totals.length === 0 && <p className="section-note">{none}</p>}
    <ul>
      {totals.map(({ key, amount, claims }) => (
        <li key={key}>
          <strong className="total">{amount}</strong>
          <ul className="total-of">
            {claims.map(({ id, text }) => (
              <li key={id}>
                <a href={hrefOfClaim(id)}>“{text}”</a>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  </div>
);

const Conflict = ({ conflict, href }: { readonly conflict: ConflictText; readonly href: string }) => (
  <article className="conflict">
    <p className="piece-head">
      <Tag tone="warn">do not agree</Tag> <a href={href}>{conflict.claim}</a>
    </p>
    <p>{conflict.why}</p>
    <ul>
      {conflict.between.map(({ key, says, source }) => (
        <li key={key}>
          “{says}” <span className="quiet-text">{source}</span>
        </li>
      ))}
    </ul>
    <p>
      <span className="quiet-text">Next:</span> {conflict.ask}
    </p>
  </article>
);

const Check = ({ check, hrefOfClaim }: { readonly check: CheckText; readonly hrefOfClaim: (id: string) => string }) => (
  <section aria-labelledby="fit-check">
    <h2 id="fit-check">Money against gigawatts</h2>
    <p>{check.says}</p>
    <p className="section-note">
      From{' '}
      {check.from.map(({ id, text }, i) => (
        <span key={id}>
          {i > 0 && ' and '}
          <a href={hrefOfClaim(id)}>“{text}”</a>
        </span>
      ))}
      . Both ends of every interval are carried through exactly. Confidence: <strong>{check.confidence}</strong>, as
      sure as the least sure of the inputs.
    </p>
    <ol className="steps">
      {check.steps.map(({ what, arithmetic }) => (
        <li key={what}>
          <h3>{what}</h3>
          <p className="explain-formula">{arithmetic}</p>
        </li>
      ))}
    </ol>
    <h3>What went in</h3>
    <Plain
      name="Inputs"
      head={['Input', 'Confidence', 'Source']}
      rows={check.inputs.map(({ what, source, confidence }) => ({ key: what, cells: [what, confidence, source] }))}
    />
    <h3>What that keeps running</h3>
    <Plain
      name="Spread over a term"
      head={['If the money is', 'it keeps running, all the while']}
      rows={check.terms.map(({ key, years, gigawatts }) => ({ key, cells: [years, gigawatts] }))}
    />
  </section>
);
