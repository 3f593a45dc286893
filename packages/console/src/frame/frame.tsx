// The frame around every page: skip link, rail, top bar, content. It knows pages, time range, environment and freshness;
// it fetches nothing. Links are plain addresses; those of the console are followed without loading the page anew.
import { useEffect, useEffectEvent, useRef, useState, type MouseEvent, type ReactNode } from 'react';
import type { LogKind } from '@weighbridge/protocol';
import { Icon } from '../parts/icon/view.tsx';
import { Hint } from '../parts/popover/view.tsx';
import { TimePicker } from '../parts/time-picker/view.tsx';
import type { TimeRange } from '../url/time-range.ts';
import { prepareEnvironment, prepareFreshness, type Freshness } from './environment.ts';
import { pageOfPath, type PageEntry } from './navigation.ts';
import type { Command } from './palette.ts';
import { Palette } from './palette-view.tsx';
import { Rail, type LogLink } from './rail.tsx';
import { ShortcutSheet } from './shortcut-sheet.tsx';
import { readKey, type Action, type Pending } from './shortcuts.ts';

export interface FrameProps {
  readonly organisation: string;
  /** Null until it is known. */
  readonly environment: LogKind | null;
  /** How far the shown tables are; null until it is known. */
  readonly fresh: Freshness | null;
  /** Whether nothing new is heard of, because the connection is lost. */
  readonly lost: boolean;
  readonly pages: readonly PageEntry[];
  /** Address below the console's base. */
  readonly path: string;
  readonly range: TimeRange;
  readonly onRange: (text: string) => void;
  /** Makes an address of the console, time range kept. */
  readonly hrefOf: (path: string, filter?: string) => string;
  /** Follows an address of the console. */
  readonly go: (href: string) => void;
  readonly commands: readonly Command[];
  /** What the server knows by a name or an id. */
  readonly find: (text: string) => Promise<readonly Command[]>;
  /** Logs to go between, each with pages of its own; empty where there is one. */
  readonly logs: readonly LogLink[];
  /** Above the content of every page; null: none. */
  readonly notice: ReactNode;
  readonly children: ReactNode;
}

export function Frame(props: FrameProps) {
  const { organisation, environment, fresh, lost, pages, path, range, onRange, hrefOf, go, commands, find, children } =
    props;
  const { logs, notice } = props;
  const [open, setOpen] = useState<'palette' | 'help' | 'rail' | null>(null);
  const content = useRef<HTMLElement>(null);
  const current = pageOfPath(pages, path);
  const { word, simulated } = environment === null ? { word: '', simulated: false } : prepareEnvironment(environment);
  useShortcuts(pages, (action) => {
    if (action.kind === 'go') go(hrefOf(action.path));
    else if (action.kind === 'palette' || action.kind === 'help') setOpen(action.kind);
    else if (action.kind === 'filter') focusFilter();
    else document.querySelector<HTMLElement>('.bar .time-button')?.focus();
    if (action.kind === 'time') document.querySelector<HTMLElement>('.bar .time-button')?.click();
  });
  useFocusOnMove(path, content);
  const rail = <Rail pages={pages} logs={logs} current={current} hrefOf={hrefOf} onHelp={() => setOpen('help')} />;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- links inside it are what is clicked
    <div className="frame" onClick={(event) => follow(event, hrefOf('/'), (href) => (setOpen(null), go(href)))}>
      <a className="skip" href="#content">
        Skip to content
      </a>
      {simulated && <div className="strip hatched" data-environment={environment ?? undefined} aria-hidden="true" />}
      <div className="frame-rail">{rail}</div>
      <header className="bar">
        <button
          type="button"
          className="button quiet square bar-menu"
          aria-label="Open the menu"
          onClick={() => setOpen('rail')}
        >
          <Icon name="menu" />
        </button>
        <span className="bar-organisation">{organisation}</span>
        <TimePicker range={range} onChange={onRange} />
        <span className="bar-space" />
        <FreshnessStamp fresh={fresh} lost={lost} />
        {environment !== null && <Environment kind={environment} />}
        <button
          type="button"
          className="button bar-find"
          aria-keyshortcuts="Control+K Meta+K"
          onClick={() => setOpen('palette')}
        >
          <Icon name="search" />
          <span>Find</span>
          <kbd>{modifier()} K</kbd>
        </button>
      </header>
      <main ref={content} id="content" className="content" tabIndex={-1} aria-label={current?.title ?? 'Content'}>
        <span className="unseen">{simulated ? `${word} data, simulated.` : ''}</span>
        {notice}
        {children}
      </main>
      {open === 'rail' && (
        <Sheet onClose={() => setOpen(null)}>
          <Rail pages={pages} logs={logs} current={current} hrefOf={hrefOf} onHelp={() => setOpen('help')} />
        </Sheet>
      )}
      {open === 'palette' && (
        <Palette commands={commands} hrefOf={hrefOf} go={go} find={find} onClose={() => setOpen(null)} />
      )}
      {open === 'help' && <ShortcutSheet pages={pages} onClose={() => setOpen(null)} />}
    </div>
  );
}

const isMac = (): boolean => /mac|iphone|ipad/i.test(navigator.userAgent);
const modifier = (): string => (isMac() ? '⌘' : 'Ctrl');

/** A plain click on a link of the console is followed here; anything else is the browser's. */
function follow(event: MouseEvent, base: string, go: (href: string) => void): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null || event.defaultPrevented || event.button !== 0) return;
  if (
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey ||
    link.target !== '' ||
    link.hasAttribute('download')
  )
    return;
  const url = new URL(link.href);
  const home = base.split('?')[0] ?? '/';
  if (url.origin !== location.origin || !url.pathname.startsWith(home) || url.hash !== '') return;
  event.preventDefault();
  go(url.pathname + url.search);
}

function useShortcuts(pages: readonly PageEntry[], run: (action: Action) => void): void {
  const pending = useRef<Pending>(null);
  const onKey = useEffectEvent((event: globalThis.KeyboardEvent) => {
    const target = event.target instanceof HTMLElement ? event.target : null;
    const typing = target !== null && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
    if (document.querySelector('dialog[open]') !== null && event.key !== 'k') return;
    const { key, ctrlKey: ctrl, metaKey: meta, altKey: alt, timeStamp: at } = event;
    const read = readKey({ key, ctrl, meta, alt, typing, at }, pending.current, pages);
    pending.current = read.pending;
    if (read.action === null) return;
    event.preventDefault();
    run(read.action);
  });
  useEffect(() => {
    const listener = (event: globalThis.KeyboardEvent) => onKey(event);
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
}

/** A new page begins at its content, for the eye and for a screen reader; not on the first load. */
function useFocusOnMove(path: string, content: { readonly current: HTMLElement | null }): void {
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    content.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [path, content]);
}

/** What is typed next replaces the filter; an arrow key goes on with it. */
function focusFilter(): void {
  const field = document.querySelector<HTMLInputElement>('[data-filter]');
  field?.focus();
  field?.select();
}

function FreshnessStamp({ fresh, lost }: Pick<FrameProps, 'fresh' | 'lost'>) {
  const { text, tone, meaning } = prepareFreshness(fresh, lost);
  return (
    <Hint hint={meaning} className="bar-freshness">
      <span data-tone={tone}>{text}</span>
    </Hint>
  );
}

function Environment({ kind }: { readonly kind: LogKind }) {
  const { word, simulated, meaning } = prepareEnvironment(kind);
  return (
    <Hint hint={meaning} className="environment">
      <span data-environment={kind} className={simulated ? 'hatched' : ''}>
        {word}
        {simulated && <em> simulated</em>}
      </span>
    </Hint>
  );
}

/** The rail of narrow screens. */
function Sheet({ children, onClose }: { readonly children: ReactNode; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="sheet" aria-label="Menu" onClose={onClose}>
      <button
        type="button"
        className="button quiet square sheet-close"
        aria-label="Close the menu"
        onClick={() => dialog.current?.close()}
      >
        <Icon name="cross" />
      </button>
      {children}
    </dialog>
  );
}
