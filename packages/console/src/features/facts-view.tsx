// Facts, names to the left and values to the right: under a title, or alone.
import { Evidence } from '../parts/evidence/view.tsx';
import type { Fact } from './call/model.ts';

export function Facts({ title, facts }: { readonly title: string; readonly facts: readonly Fact[] }) {
  if (facts.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <FactList facts={facts} />
    </section>
  );
}

export const FactList = ({ facts }: { readonly facts: readonly Fact[] }) => (
  <dl className="facts">
    {facts.map(({ name, value, mono, grade }) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>
          {mono === true ? <code>{value}</code> : value}
          {grade !== undefined && <Evidence grade={grade} />}
        </dd>
      </div>
    ))}
  </dl>
);
