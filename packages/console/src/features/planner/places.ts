// Places of the page that an answer leads to: each has an id, and what is hidden or far down is opened, scrolled to and given the focus.

export type Place = 'figure' | 'table' | 'choice' | 'control' | 'part';

export const placeOf = (what: Place, id: string): string => `plan-${what}-${id}`;

/** The focus goes to the first control of the place where it has one that is meant to be used, else to the place itself. */
export function leadTo(id: string): void {
  const place = document.getElementById(id);
  if (place === null) return;
  for (let at: Element | null = place; at !== null; at = at.parentElement)
    if (at instanceof HTMLDetailsElement) at.open = true;
  const within = place.querySelector('details');
  if (within !== null) within.open = true;
  const target = place.querySelector<HTMLElement>('[data-led]') ?? place;
  place.scrollIntoView({ block: 'start' });
  target.focus({ preventScroll: true });
}
