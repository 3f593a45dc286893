// The register as answers show it: every party and link, each with where it comes from, and the versions of the organisation's own.
import { readFileSync } from 'node:fs';
import { toldProblems } from '@weighbridge/document';
import {
  amountText,
  checkOwnRegister,
  diffOwnRegisters,
  GOVERNANCE_FILES,
  type Link,
  type OwnRegister,
  type Party,
} from '@weighbridge/governance';
import type { CheckedRegister, RegisterView, SavedRegister } from '@weighbridge/protocol';
import type { LogName } from './contracts.ts';
import { reference } from './reference.ts';
import type { RegisterStore, RegisterVersion } from './register-store.ts';

const VERSIONS_MOST = 50;

/** A file of one's own to begin with. */
export const registerExample = (): string => readFileSync(GOVERNANCE_FILES.ownRegister, 'utf8');
/** Why a day to come is refused. */
export const REGISTER_AHEAD = { why: 'who will be who in the register by then, nobody has entered' } as const;

export function registerAt(store: RegisterStore, at: number): RegisterView {
  const { register, watch, playbook } = store.reference(at);
  const standing = store.standing(at);
  const reading = standing === undefined ? { own: null, unread: null } : store.reading(standing);
  const from = (section: 'parties' | 'links', id: string): 'shipped' | 'own' =>
    Object.hasOwn(reference().register[section], id) ? 'shipped' : 'own';
  const titleOf = (source: string): string => register.sources[source]?.title ?? source;
  const nameOf = (party: string): string => register.parties[party]?.name ?? party;
  const versions = store.versions().filter((version) => version.at <= at);
  return {
    at,
    title: register.title,
    parties: Object.entries(register.parties).map(([id, party]) => ({
      ...partyRow(id, party),
      parent: party.parent ?? null,
      source: titleOf(party.source),
      from: from('parties', id),
    })),
    links: Object.entries(register.links).map(([id, link]) => ({
      ...linkRow(id, link),
      from_name: nameOf(link.from),
      to_name: nameOf(link.to),
      source: titleOf(link.source),
      from_register: from('links', id),
    })),
    counts: {
      parties: Object.keys(register.parties).length,
      links: Object.keys(register.links).length,
      watch: Object.keys(watch.matters).length,
      steps: Object.keys(playbook.items).length,
    },
    own: ownOf(store, standing),
    example: registerExample(),
    unread: reading.unread,
    versions: versionsOf(store, versions),
    older: Math.max(0, versions.length - VERSIONS_MOST),
  };
}

const partyRow = (id: string, { name, kind, jurisdiction, identifiers, note }: Party) => ({
  id,
  name,
  kind,
  jurisdiction: jurisdiction ?? null,
  identifiers: Object.entries(identifiers).flatMap(([scheme, value]) =>
    value === undefined ? [] : [{ scheme, value }],
  ),
  note: note ?? null,
});

const linkRow = (id: string, { type, from, to, amount, starts, ends, status, note }: Link) => ({
  id,
  type,
  from,
  to,
  amount: amount === undefined ? null : amountText(amount),
  starts: starts ?? null,
  ends: ends ?? null,
  status,
  note: note ?? null,
});

function ownOf(store: RegisterStore, version: RegisterVersion | undefined): RegisterView['own'] {
  if (version === undefined || version.held === null) return null;
  const { title, digest, file } = version.held;
  return { title, digest, file, entered: version.at, by: version.by, text: store.text(version) };
}

/** Newest first, each against the one before it. */
function versionsOf(store: RegisterStore, versions: readonly RegisterVersion[]): RegisterView['versions'] {
  return versions
    .map((version, index) => ({ version, before: versions[index - 1] }))
    .toReversed()
    .slice(0, VERSIONS_MOST)
    .map(({ version, before }) => {
      const { entry, at, by, held } = version;
      const [was, is] = [before === undefined ? NONE : store.reading(before), store.reading(version)];
      const known = was.unread === null && is.unread === null;
      return {
        entry,
        at,
        by,
        digest: held?.digest ?? null,
        file: held?.file ?? null,
        changes: known ? [...diffOwnRegisters(was.own, is.own)] : null,
      };
    });
}

const NONE = { own: null, unread: null } as const;

export function checkedRegister(store: RegisterStore, text: string, at: number): CheckedRegister {
  const { value, problems } = checkOwnRegister(reference(), text);
  const standing = store.standing(at);
  const before = standing === undefined ? NONE : store.reading(standing);
  const own = ownOf(store, standing);
  return {
    problems: toldProblems(problems),
    reading: value === undefined ? null : countsOf(value),
    replaces: own === null ? null : { title: own.title, digest: own.digest, entered: own.entered },
    changes: value === undefined || before.unread !== null ? null : [...diffOwnRegisters(before.own, value)],
  };
}

const countsOf = ({ title, parties, links, watch, steps, duties, claims }: OwnRegister) => ({
  title,
  parties: Object.keys(parties).length,
  links: Object.keys(links).length,
  watch: Object.keys(watch).length,
  steps: Object.keys(steps).length,
  duties: Object.keys(duties).length,
  claims: Object.keys(claims).length,
});

/** Of what stands after it was entered. */
export function savedRegister(store: RegisterStore, changed: boolean, { log, origin }: LogName): SavedRegister {
  const last = store.versions().at(-1);
  const own = last === undefined ? null : store.reading(last).own;
  return {
    digest: last?.held?.digest ?? '',
    changed,
    log,
    origin,
    ...(own === null ? { title: '', parties: 0, links: 0, watch: 0, steps: 0, duties: 0, claims: 0 } : countsOf(own)),
  };
}
