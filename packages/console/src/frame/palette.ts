// The palette: whatever can be gone to or done, found by a few letters; ids are recognised as such and open what they
// name. Ranking is a pure function, so that the same letters always give the same first answer.

export interface Command {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  /** Further words to be found by. */
  readonly words?: readonly string[];
  /** Where it leads; null: it does something on this page. */
  readonly href: string | null;
}

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const KEY = /^wb_[a-z0-9]{6,}$/;
const MAX_SHOWN = 9;

/** What an id opens, by its shape; `hrefOf` makes an address below the console's base. */
export function commandsForId(typed: string, hrefOf: (path: string, filter?: string) => string): readonly Command[] {
  const id = typed.trim();
  if (ULID.test(id.toUpperCase())) {
    const call = id.toUpperCase();
    return [
      {
        id: `call:${call}`,
        title: `Open call ${call}`,
        about: 'its timeline, charges and proof',
        href: hrefOf(`/calls/${call}`),
      },
    ];
  }
  if (KEY.test(id)) {
    return [
      { id: `key:${id}`, title: `Calls of key ${id}`, about: 'filtered by key', href: hrefOf('/calls', `key:${id}`) },
    ];
  }
  return [];
}

/** First what an id opens by its shape, then what the server knows by that name, then pages and ranges; none twice. */
export function foundCommands(
  typed: string,
  known: readonly Command[],
  commands: readonly Command[],
  hrefOf: (path: string, filter?: string) => string,
): readonly Command[] {
  const all = [...commandsForId(typed, hrefOf), ...known, ...rankCommands(commands, typed)];
  const addresses = new Set<string>();
  return all
    .filter(({ href }) => {
      const again = href !== null && addresses.has(href);
      if (href !== null) addresses.add(href);
      return !again;
    })
    .slice(0, 2 * MAX_SHOWN);
}

/** Best first. Without letters, all in their own order. */
export function rankCommands(commands: readonly Command[], typed: string): readonly Command[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return commands.slice(0, MAX_SHOWN);
  return commands
    .map((command, order) => ({ command, order, score: scoreOf(command, wanted) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || a.order - b.order)
    .slice(0, MAX_SHOWN)
    .map(({ command }) => command);
}

function scoreOf({ title, about, words = [] }: Command, wanted: string): number {
  const name = title.toLowerCase();
  if (name.startsWith(wanted)) return 5;
  if (words.some((word) => word.toLowerCase().startsWith(wanted))) return 4;
  if (name.split(/\s+/).some((word) => word.startsWith(wanted))) return 3;
  if (`${name} ${about.toLowerCase()}`.includes(wanted)) return 2;
  return isSubsequence(wanted, name) ? 1 : 0;
}

function isSubsequence(wanted: string, text: string): boolean {
  let at = 0;
  for (const character of text) if (character === wanted[at]) at += 1;
  return at === wanted.length;
}
