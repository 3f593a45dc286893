// Gallery: a section and its rows.
import type { ReactNode } from 'react';

export const Section = ({
  id,
  title,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly children: ReactNode;
}) => (
  <section id={id} className="gallery-section">
    <h2>{title}</h2>
    {children}
  </section>
);

export const Row = ({
  name,
  wide = false,
  children,
}: {
  readonly name: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}) => (
  <div className="gallery-row" data-wide={wide || undefined}>
    <h3>{name}</h3>
    <div className="gallery-cells">{children}</div>
  </div>
);
