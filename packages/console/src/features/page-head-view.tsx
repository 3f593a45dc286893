// The sentence that answers a page's question, and the one that says what else matters; a skeleton until they are known.
interface PageHeadProps {
  readonly first?: string;
  readonly second?: string;
}

export const PageHead = ({ first, second }: PageHeadProps) => (
  <header className="page-head">
    <h1>{first ?? <span className="skeleton headline-skeleton" />}</h1>
    <p>{second ?? ' '}</p>
  </header>
);
