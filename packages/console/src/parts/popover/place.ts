// Where something that opens beside its button goes: below it, its start at the button's start, kept inside the window;
// above where there is no room below.

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
export interface Size {
  readonly width: number;
  readonly height: number;
}

const GAP = 6;
const EDGE = 8;

export function placeBeside(anchor: Box, size: Size, view: Size): { readonly left: number; readonly top: number } {
  const left = Math.max(EDGE, Math.min(anchor.left, view.width - size.width - EDGE));
  const below = anchor.top + anchor.height + GAP;
  const above = anchor.top - size.height - GAP;
  const top = below + size.height <= view.height - EDGE || above < EDGE ? below : above;
  return { left, top: Math.max(EDGE, top) };
}
