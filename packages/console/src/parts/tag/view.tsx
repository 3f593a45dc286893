// One word with a colour that means something.
import type { ReactNode } from 'react';
import type { Tone } from '../data-table/cell.ts';

export const Tag = ({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) => (
  <span className="tag" data-tone={tone}>
    {children}
  </span>
);
