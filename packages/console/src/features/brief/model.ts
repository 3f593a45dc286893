// The brief on screen: the same sheet that is printed, with a way from each figure to the page that shows it, where there is one.
import {
  briefSheet,
  SHEET_LINES,
  SHEET_TYPE,
  type Brief,
  type SheetLayout,
  type SheetSection,
} from '@weighbridge/protocol';
import type { PageEntry } from '../../frame/navigation.ts';

export interface BriefCell {
  readonly text: string;
  /** The title of its column. */
  readonly title: string;
  readonly figure: boolean;
  readonly href: string | null;
}

export interface BriefSection {
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly href: string | null;
  readonly columns: SheetSection['columns'];
  readonly rows: readonly { readonly key: string; readonly cells: readonly BriefCell[] }[];
  readonly lines: SheetSection['lines'];
  readonly notes: readonly string[];
}

export interface BriefPage {
  readonly title: string;
  readonly headline: string;
  readonly about: string;
  readonly mark: string | null;
  readonly sections: readonly BriefSection[];
  readonly foot: string;
  /** On paper: how large its type is, and what lies between two sections. */
  readonly printed: Readonly<Record<`--brief-${string}`, string>>;
}

export interface Ways {
  readonly pages: readonly Pick<PageEntry, 'path'>[];
  readonly hrefOf: (path: string) => string;
}

export function briefPage(brief: Brief, { pages, hrefOf }: Ways): BriefPage {
  const { sections, layout, ...sheet } = briefSheet(brief);
  const wayTo = (path: string): string | null => (pages.some((page) => page.path === path) ? hrefOf(path) : null);
  return {
    ...sheet,
    sections: sections.map((section) => sectionOf(section, wayTo)),
    printed: printedBy(layout),
  };
}

/** Every height and size of the sheet, as the style sheet names it: on screen none of them is read. */
function printedBy({ scale, gap }: SheetLayout): BriefPage['printed'] {
  const named = (what: string, of: Readonly<Record<string, number>>, unit: string): [`--brief-${string}`, string][] =>
    Object.entries(of).map(([name, value]) => [`--brief-${what}-${name}`, `${value * scale}${unit}`]);
  return Object.fromEntries([
    ...named('height', SHEET_LINES, 'mm'),
    ...named('type', SHEET_TYPE, 'pt'),
    ['--brief-gap', `${gap}mm`],
  ]);
}

function sectionOf(section: SheetSection, wayTo: (path: string) => string | null): BriefSection {
  const { id, title, lead, page, columns, rows, pages, lines, notes } = section;
  return {
    id,
    title,
    lead,
    href: wayTo(page),
    columns,
    rows: rows.map((cells, at) => ({
      key: `${at} ${cells.join(' ')}`,
      cells: cells.map((text, place) => {
        const column = columns[place];
        const figure = column?.figure ?? false;
        // A row without figures is led into by its first cell.
        const leads = figure || (place === 0 && !columns.some((each) => each.figure));
        return { text, title: column?.title ?? '', figure, href: leads ? wayTo(pages[at] ?? page) : null };
      }),
    })),
    lines,
    notes,
  };
}
