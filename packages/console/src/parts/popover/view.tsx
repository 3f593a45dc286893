// Two things that open over the page, both by the browser's own popover: a `Hint` explains what has the focus or the
// pointer, a `Popover` holds controls and closes by Escape or a click elsewhere, giving the focus back.
import { useId, useRef, type ReactNode, type RefObject } from 'react';
import { placeBeside } from './place.ts';

function place(anchor: HTMLElement | null, popup: HTMLElement): void {
  if (anchor === null) return;
  const box = anchor.getBoundingClientRect();
  const { left, top } = placeBeside(
    box,
    { width: popup.offsetWidth, height: popup.offsetHeight },
    { width: document.documentElement.clientWidth, height: innerHeight },
  );
  popup.style.left = `${left}px`;
  popup.style.top = `${top}px`;
}

interface HintProps {
  /** What is shown on focus or under the pointer. */
  readonly hint: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

/** Its content can be reached by the keyboard, and is read as a description of it. */
export function Hint({ hint, children, className = '' }: HintProps) {
  const id = useId();
  const anchor = useRef<HTMLButtonElement>(null);
  const popup = useRef<HTMLSpanElement>(null);
  const show = () => {
    if (popup.current === null || popup.current.matches(':popover-open')) return;
    popup.current.showPopover();
    place(anchor.current, popup.current);
  };
  const hide = () => {
    if (popup.current?.matches(':popover-open') === true) popup.current.hidePopover();
  };
  return (
    <>
      <button
        ref={anchor}
        type="button"
        className={`hint ${className}`}
        aria-describedby={id}
        onFocus={show}
        onBlur={hide}
        onMouseEnter={show}
        onMouseLeave={hide}
        onClick={show}
        onKeyDown={(event) => {
          if (event.key === 'Escape') hide();
        }}
      >
        {children}
      </button>
      <span ref={popup} id={id} role="tooltip" popover="manual" className="hint-text">
        {hint}
      </span>
    </>
  );
}

interface PopoverProps {
  readonly label: ReactNode;
  /** Name for screen readers where the label is not words enough. */
  readonly name?: string;
  readonly className?: string;
  readonly children: (close: () => void) => ReactNode;
  readonly buttonRef?: RefObject<HTMLButtonElement | null>;
}

export function Popover({ label, name, className = 'button', children, buttonRef }: PopoverProps) {
  const id = useId();
  const own = useRef<HTMLButtonElement>(null);
  const button = buttonRef ?? own;
  const popup = useRef<HTMLDivElement>(null);
  const close = () => popup.current?.hidePopover();
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        popoverTarget={id}
        aria-haspopup="dialog"
        aria-label={name}
      >
        {label}
      </button>
      <div
        ref={popup}
        id={id}
        role="dialog"
        aria-label={name}
        popover="auto"
        className="popover"
        onToggle={(event) => {
          if (event.newState !== 'open') return;
          place(button.current, event.currentTarget);
          const first = event.currentTarget.querySelector<HTMLElement>('[data-first], input, button');
          first?.focus();
          // What was typed the last time gives way to what is typed now.
          if (first instanceof HTMLInputElement) first.select();
        }}
      >
        {/* oxlint-disable-next-line react/refs -- closing is called by what is inside, never while it is drawn */}
        {children(close)}
      </div>
    </>
  );
}
