// Keys are made at run time, what they may use stands in the file, and the name joins the two. A slip in the name must
// never widen anything: a key that the file does not list may use nothing, and such a key is not made in the first place.
import { AppError, didYouMean } from '@weighbridge/kernel';
import type { Config } from '@weighbridge/protocol';
import type { KeyState } from '../keys/fold.ts';
import type { ProblemList } from '@weighbridge/document';

const NAMED_MOST = 5;

type Named = Pick<KeyState, 'id' | 'name' | 'revoked' | 'expires'>;

/** Throws CONFIG_INVALID when `keys` has no entry of this name. `source`: what the configuration was read from. */
export function requireListed(config: Pick<Config, 'keys'>, name: string, source: string): void {
  const listed = Object.keys(config.keys);
  if (Object.hasOwn(config.keys, name)) return;
  const near = didYouMean(name, listed);
  throw new AppError(
    'CONFIG_INVALID',
    `${source} has no entry for a key named "${name.slice(0, 80)}", and a key without one may use nothing`,
    { next: `${near === undefined ? oneOf(listed) : `did you mean "${near}"? Else `}${linesToAdd(name)}` },
  );
}

/** Some of those that are listed: where no file was read, as in the lab, there is nothing to write into. */
const oneOf = (listed: readonly string[]): string =>
  listed.length === 0 ? '' : `use one that is listed (${listed.slice(0, NAMED_MOST).join(', ')}). Else `;

/** What lists a key of this name, open to every route, cloud and region. */
export const linesToAdd = (name: string): string =>
  `write in the configuration (under the \`keys:\` that is there, if there is one):\nkeys:\n  ${name}: {}`;

/** Warns of keys in force that the file does not list, and of entries that no key goes by. `now`: UTC milliseconds. */
export function checkKeyEntries(config: Config, keys: readonly Named[], now: number, problems: ProblemList): void {
  const inForce = keys.filter(({ revoked, expires }) => !revoked && (expires === undefined || expires > now));
  const names = new Set(inForce.map((key) => key.name));
  const listed = Object.keys(config.keys);
  for (const { id, name } of inForce) {
    if (Object.hasOwn(config.keys, name)) continue;
    const near = didYouMean(
      name,
      listed.filter((entry) => !names.has(entry)),
    );
    problems.warning(
      ['keys'],
      `key "${name}" (${id}) is in force and has no entry here, so it may use nothing`,
      `${near === undefined ? `add \`${name}: {}\`` : `did you mean "${name}" where "${near}" stands? Else add \`${name}: {}\``}, or revoke it with \`weighbridge keys revoke ${id}\``,
      'key',
    );
  }
  for (const name of listed) {
    if (names.has(name)) continue;
    problems.warning(
      ['keys', name],
      `no key named "${name}" is in force`,
      `make one with \`weighbridge keys create ${name}\`, or remove the entry`,
      'key',
    );
  }
}
