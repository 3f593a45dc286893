// The side panel of a selected row: beside the table where there is room, over it where there is not. Escape closes it;
// the focus goes in when it opens, and whoever opened it takes it back.
import { useEffect, useRef, type ReactNode } from 'react';
import { Icon } from '../icon/view.tsx';

interface PanelProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly onClose: () => void;
}

export function Panel({ title, children, onClose }: PanelProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), [title]);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it from anywhere inside
    <aside
      className="panel"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
    >
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <button type="button" className="button quiet square" aria-label="Close the panel" onClick={onClose}>
          <Icon name="cross" />
        </button>
      </header>
      <div className="panel-body">{children}</div>
    </aside>
  );
}
