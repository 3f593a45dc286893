// What the filter field keeps while somebody types: the draft, the caret, whether completions are shown and which of them
// is chosen. The applied text lives in the URL and comes in; another one from there replaces the draft.
import { useState, type KeyboardEvent, type RefObject } from 'react';
import { completeFilter, type Completion } from './completion.ts';
import { MAX_FILTER_CHARS, type FilterKey } from '@weighbridge/protocol';

export interface FilterField {
  readonly draft: string;
  readonly open: boolean;
  readonly offered: readonly Completion[];
  /** Index of the chosen completion; -1: none. */
  readonly at: number;
  readonly type: (text: string, caret: number) => void;
  readonly moveCaret: (caret: number) => void;
  readonly show: () => void;
  readonly apply: (text: string) => void;
  readonly accept: (completion: Completion) => void;
  readonly leave: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function useFilterField(
  input: RefObject<HTMLInputElement | null>,
  text: string,
  keys: readonly FilterKey[],
  onChange: (text: string) => void,
): FilterField {
  const [draft, setDraft] = useState(text);
  const [from, setFrom] = useState(text);
  const [caret, setCaret] = useState(0);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  // Another address, another text: a click elsewhere, or the way back.
  if (from !== text) {
    setFrom(text);
    setDraft(text);
  }
  const offered = open ? completeFilter(draft, caret, keys) : [];
  const type = (next: string, to: number): void => {
    setDraft(next.slice(0, MAX_FILTER_CHARS));
    setCaret(to);
    setAt(-1);
  };
  const apply = (next: string): void => {
    type(next, next.length);
    onChange(next.trim());
  };
  const accept = (completion: Completion): void => {
    type(completion.text, completion.caret);
    queueMicrotask(() => input.current?.setSelectionRange(completion.caret, completion.caret));
  };
  const step = (by: 1 | -1): void => {
    setOpen(true);
    const count = offered.length;
    if (count > 0) setAt(at < 0 ? (by > 0 ? 0 : count - 1) : (at + by + count) % count);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const chosen = offered[at];
    const taken = event.key === 'ArrowDown' || event.key === 'ArrowUp' || (event.key === 'Escape' && open);
    const accepts = chosen !== undefined && (event.key === 'Tab' || event.key === 'Enter');
    if (taken || accepts) event.preventDefault();
    if (event.key === 'ArrowDown') step(1);
    else if (event.key === 'ArrowUp') step(-1);
    else if (accepts) accept(chosen);
    else if (event.key === 'Enter') {
      apply(draft);
      setOpen(false);
    } else if (event.key === 'Escape') setOpen(false);
  };
  return {
    draft,
    open,
    offered,
    at,
    type: (next, to) => {
      type(next, to);
      setOpen(true);
    },
    moveCaret: setCaret,
    show: () => setOpen(true),
    apply,
    accept,
    leave: () => {
      setOpen(false);
      if (draft.trim() !== text) apply(draft);
    },
    onKeyDown,
  };
}
