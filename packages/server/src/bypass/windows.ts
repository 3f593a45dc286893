// The windows in which calls go through a bypass, as the thread that holds the stores sees them. What lanes tell of such
// calls is kept in memory, up to a bound; as soon as the journal takes entries it is sealed: that the window opened, each
// call as a late receipt, and, once every call is accounted for and every lane seals again, that it closed.
import type { Clock } from '@weighbridge/kernel';
import { BypassMeter, type BypassMemory, type BypassNote, type NamedBypass } from '@weighbridge/gateway';
import { windowName, type BypassWindow, type EntryDraft } from '@weighbridge/protocol';
import type { Alert } from '../admin/alerts.ts';
import { canonical } from '../admin/entries.ts';
import type { Stores } from '../admin/stores.ts';
import { causeWords } from '../logging/cause.ts';
import type { Say } from '../logging/events.ts';
import { clearMarker } from './marker.ts';
import { emptySpill } from './spill.ts';
import { HeldNotes } from './held-notes.ts';

const MINUTE_MS = 60_000;

export interface WindowsOptions {
  readonly admin: Pick<Stores['admin'], 'append' | 'available'>;
  readonly nextId: () => string;
  readonly clock: Clock;
  /** The file by which the next start would know. */
  readonly marker: string;
  readonly alert: Alert;
  readonly say: Say;
  /** Whether the journal takes entries of every lane. */
  readonly lanesSeal: () => Promise<boolean>;
}

/** A window that is not in the log as a whole yet. */
export interface OpenWindow extends BypassWindow {
  readonly owner: string;
  readonly reason: string;
  /** Null while calls go through. */
  readonly closed: number | null;
  /** Let through so far, and of these still under way. */
  readonly calls: number;
  readonly in_flight: number;
  readonly sealed: number;
  /** Kept in memory, to be sealed. */
  readonly waiting: number;
  readonly lost: number;
  readonly refused: number;
  /** A mark or note that could not be written: after a kill less would be known. */
  readonly trouble: string | null;
}

interface Window {
  readonly bypass: NamedBypass;
  readonly meter: BypassMeter;
  readonly opened: number;
  /** When it was seen first, by the clock that does not step. */
  readonly seen: number;
  readonly notes: HeldNotes;
  /** Its lane ended with them. */
  forgotten: number;
  /** That it opened is in the log. */
  told: boolean;
  /** What it came to, once nobody can enter it any more. */
  final: { readonly closed: number; readonly begun: number; readonly refused: number } | null;
  trouble: string | null;
}

/** By then what was written is sealed, while the recorder moves. */
const SEALED_MS = 60_000;
const WRITTEN_MOST = 16;

/** Where the console shows it. */
export const pageOf = (window: BypassWindow): string =>
  `coverage?${new URLSearchParams({ window: windowName(window) })}`;

export class BypassWindows {
  readonly #options: WindowsOptions;
  #named: readonly { readonly bypass: NamedBypass; readonly meter: BypassMeter }[] = [];
  readonly #windows = new Map<string, Window>();
  /** Written, and perhaps not sealed yet: whoever reads the log does not find them there for a moment. */
  #written: readonly { readonly window: OpenWindow; readonly until: number }[] = [];
  #looking: Promise<void> | null = null;

  constructor(options: WindowsOptions) {
    this.#options = options;
  }

  /** From now on these are in force; a window of one that is not goes on until it is closed, and may still be entered. */
  use(bypasses: readonly NamedBypass[], memory: BypassMemory): void {
    const named = bypasses.flatMap((bypass) => {
      const cells = memory[bypass.id];
      return cells === undefined ? [] : [{ bypass, meter: new BypassMeter(cells) }];
    });
    // Calls under way keep the configuration that they began with.
    const former = this.#named.filter(({ bypass }) => !named.some((next) => next.bypass.id === bypass.id));
    this.#named = [...named, ...former];
  }

  /** A call is over. */
  take({ bypass, opened, drafts }: BypassNote): void {
    this.#window(bypass, opened)?.notes.add(drafts);
  }

  trouble(bypass: string, message: string): void {
    for (const window of this.#windows.values())
      if (window.bypass.id === bypass && window.final === null) window.trouble = message;
  }

  /** So many calls of a window will never be told of: their lane has ended. */
  forget(bypass: string, opened: number, calls: number): void {
    const window = this.#window(bypass, opened);
    if (window === undefined || calls === 0) return;
    window.forgotten += calls;
    window.meter.forget(calls);
  }

  /** Those that are open, and those whose closing was written just now. */
  known(): readonly OpenWindow[] {
    const now = this.#options.clock.monotonic();
    this.#written = this.#written.filter(({ until }) => until > now);
    return [...this.states(), ...this.#written.map(({ window }) => window)];
  }

  states(): readonly OpenWindow[] {
    return [...this.#windows.values()].map(stateOf);
  }

  /** One turn; those that overlap are one. */
  look(): Promise<void> {
    return (this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    }));
  }

  async #look(): Promise<void> {
    for (const { bypass, meter } of this.#named) {
      const { opened, begun } = meter.state();
      if (opened !== 0 && begun > 0) this.#window(bypass.id, opened);
    }
    const now = this.#options.clock.monotonic();
    for (const window of this.#windows.values()) {
      const { meter, opened, seen, bypass } = window;
      if (now - seen > bypass.longest_minutes * MINUTE_MS) meter.expire(opened);
      try {
        await this.#advance(window);
      } catch (error) {
        const message = `the window of bypass "${bypass.id}" cannot be sealed yet: ${causeWords(error)}`;
        this.#options.say(message, 'bypass.unsealed', { bypass: bypass.id, opened });
      }
    }
  }

  #window(name: string, opened: number): Window | undefined {
    const key = `${name} ${opened}`;
    const known = this.#windows.get(key);
    const named = this.#named.find(({ bypass }) => bypass.id === name);
    if (known !== undefined || named === undefined) return known;
    const { bypass, meter } = named;
    const notes = new HeldNotes(bypass.spill_file);
    const seen = this.#options.clock.monotonic();
    const window = { bypass, meter, opened, seen, notes, forgotten: 0, told: false, final: null, trouble: null };
    this.#windows.set(key, window);
    this.#options.alert(
      {
        name: `bypass ${key}`,
        alert: 'bypass',
        about: name,
        page: pageOf({ bypass: name, opened }),
        message: `calls go through the bypass "${name}" without a receipt since ${new Date(opened).toISOString()}: the journal takes no entries`,
      },
      `Free space on, or repair, the disk that holds the journal; \`weighbridge windows\` shows what went through. It is in the care of ${bypass.owner}`,
    );
    return window;
  }

  async #advance(window: Window): Promise<void> {
    const { admin } = this.#options;
    if (!admin.available) return;
    if (!window.told) {
      await admin.append(this.#entry(window, { action: 'open' }));
      window.told = true;
    }
    await window.notes.sealInto((draft) => admin.append(draft));
    if (window.final === null && !(await this.#ends(window))) return;
    await this.#finish(window);
  }

  /** Whether every call of the window is accounted for, and nobody can enter it any more. */
  async #ends(window: Window): Promise<boolean> {
    const state = window.meter.state();
    const heard = window.notes.heard + window.forgotten;
    if (state.opened !== window.opened || state.begun !== state.ended || heard < state.begun) return false;
    if (!(await this.#options.lanesSeal())) return false;
    const closed = this.#options.clock.wall();
    if (!window.meter.close(state)) return false;
    window.final = { closed, begun: state.begun, refused: state.refused };
    return true;
  }

  async #finish(window: Window): Promise<void> {
    const { final, notes, bypass, opened, forgotten } = window;
    if (final === null) return;
    const { admin, alert, marker } = this.#options;
    // What found no room in memory stands on the other disk, where there is one.
    await notes.sealSpilled({ bypass: bypass.id, opened }, (draft) => admin.append(draft));
    const lost = notes.dropped + forgotten;
    const { closed, begun: calls, refused } = final;
    const facts = { action: 'close', closed, ended: 'sealing', calls, sealed: notes.sealed, lost, refused };
    await admin.append(this.#entry(window, facts));
    const written = { window: stateOf(window), until: this.#options.clock.monotonic() + SEALED_MS };
    this.#written = [...this.#written.slice(1 - WRITTEN_MOST), written];
    this.#windows.delete(`${bypass.id} ${opened}`);
    clearMarker(marker, { bypass: bypass.id, opened });
    const { spill_file: path } = bypass;
    const shares = (other: { readonly bypass: NamedBypass }): boolean => other.bypass.spill_file === path;
    // The next window may have begun, and its first calls stand there.
    const begun = this.#named.some((named) => shares(named) && named.meter.state().opened !== 0);
    if (path !== undefined && !begun && ![...this.#windows.values()].some(shares)) emptySpill(path);
    alert(
      {
        name: `bypass closed ${bypass.id} ${opened}`,
        alert: 'bypass',
        about: bypass.id,
        page: pageOf({ bypass: bypass.id, opened }),
        message: `the window of bypass "${bypass.id}" is closed after ${Math.round((closed - opened) / 1000)} s: ${calls} calls, ${notes.sealed} sealed afterwards, ${lost} lost, ${refused} refused`,
      },
      `Import the seller's records, and reconcile it: \`weighbridge windows\``,
    );
  }

  #entry({ bypass, opened, notes }: Window, facts: object): EntryDraft {
    const { owner, reason, id } = bypass;
    const unnoted = notes.unnoted();
    return {
      kind: 'bypass',
      id: this.#options.nextId(),
      at: Math.round(this.#options.clock.wall()),
      public: canonical({ ...facts, bypass: id, opened }),
      commercial: canonical({ owner, reason, ...(unnoted.length === 0 ? {} : { unnoted }) }),
    };
  }
}

function stateOf({ meter, bypass, opened, notes, final, forgotten, trouble }: Window): OpenWindow {
  const { begun, ended, refused } = meter.state();
  return {
    bypass: bypass.id,
    opened,
    owner: bypass.owner,
    reason: bypass.reason,
    closed: final?.closed ?? null,
    calls: final?.begun ?? begun,
    in_flight: final === null ? begun - ended : 0,
    sealed: notes.sealed,
    waiting: notes.waiting,
    lost: notes.dropped + forgotten,
    refused: final?.refused ?? refused,
    trouble,
  };
}
