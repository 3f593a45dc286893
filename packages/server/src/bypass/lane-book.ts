// A lane's side of its bypasses: a call that goes through is marked before it is sent, noted on the other disk where one is
// named, and told to the thread that seals it afterwards. What fails here is told too, and fails no call.
import type { BypassBook, BypassNote, NamedBypass } from '@weighbridge/gateway';
import type { EntryDraft } from '@weighbridge/protocol';
import { LaneMarker } from './marker.ts';
import { SpillFile, type SpillLine } from './spill.ts';

/** From a lane to the thread that holds the stores. */
export interface BypassMessage {
  readonly bypassed?: BypassNote;
  /** A note or a mark that could not be written. */
  readonly bypassTrouble?: { readonly bypass: string; readonly message: string };
}

export interface LaneBookOptions {
  readonly lane: number;
  readonly marker: string;
  readonly tell: (message: BypassMessage) => void;
}

export class LaneBook implements BypassBook {
  readonly #options: LaneBookOptions;
  readonly #spills = new Map<string, SpillFile>();
  #marker: LaneMarker | null = null;

  constructor(options: LaneBookOptions) {
    this.#options = options;
  }

  began({ bypass, opened }: Parameters<BypassBook['began']>[0], intent: () => EntryDraft): void {
    this.#try(bypass, () => this.#mark().began(bypass.id, opened));
    this.#spill(bypass, () => ({ bypass: bypass.id, opened, began: intent() }));
  }

  noted(note: BypassNote, bypass: NamedBypass): void {
    this.#spill(bypass, () => note);
    this.#try(bypass, () => this.#mark().ended(bypass.id, note.opened));
    this.#options.tell({ bypassed: note });
  }

  close(): void {
    this.#marker?.close();
    this.#marker = null;
    for (const file of this.#spills.values()) file.close();
    this.#spills.clear();
  }

  #mark(): LaneMarker {
    return (this.#marker ??= new LaneMarker(this.#options.marker, this.#options.lane));
  }

  #spill(bypass: NamedBypass, line: () => SpillLine): void {
    const { spill_file: path } = bypass;
    if (path === undefined) return;
    this.#try(bypass, () => {
      let file = this.#spills.get(path);
      if (file === undefined) {
        const failed = (error: Error): void => this.#trouble(bypass, error);
        this.#spills.set(path, (file = new SpillFile(path, failed)));
      }
      file.add(line());
    });
  }

  #try(bypass: NamedBypass, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#trouble(bypass, error);
    }
  }

  #trouble({ id: bypass }: NamedBypass, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#options.tell({ bypassTrouble: { bypass, message } });
  }
}
