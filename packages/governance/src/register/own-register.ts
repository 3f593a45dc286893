// What an organisation adds to the register that ships: parties, links, matters to watch, steps of the playbook, duties, claims. One
// file, read whole and laid over the one that ships. It adds, and never takes the place of anything: an id that ships is refused, so nobody
// reads as reported what somebody here wrote.
import {
  checkDocument,
  readDocument,
  type CheckedDocument,
  type DocumentForm,
  type DocumentPath,
  type ProblemList,
} from '@weighbridge/document';
import { z } from 'zod';
import { claimShape } from '../claims/claim.ts';
import { checkOwnDuties, ownDutyShape, type DutyMap } from '../duties/duty-map.ts';
import { checkMatters, matterShape, type WatchList } from '../duties/watch-list.ts';
import { checkPlaybook, factName, factShape, itemShape, type Playbook } from '../playbook/playbook.ts';
import { checkRegister } from './meaning.ts';
import type { Register } from './register.ts';
import { idShape, linkShape, partyShape, sourceShape } from './shape.ts';

const ownRegisterShape = z.strictObject({
  version: z.literal(1),
  title: z.string().min(1).max(200),
  sources: z.record(idShape, sourceShape).default({}),
  parties: z.record(idShape, partyShape).default({}),
  links: z.record(idShape, linkShape).default({}),
  watch: z.record(idShape, matterShape).default({}),
  facts: z
    .record(factName, factShape)
    .default({})
    .describe('that steps look at, beside those of the playbook that ships'),
  steps: z.record(idShape, itemShape).default({}),
  duties: z.record(idShape, ownDutyShape).default({}).describe('each before the row of the map for its failure'),
  claims: z.record(idShape, claimShape).default({}),
});
export type OwnRegister = z.infer<typeof ownRegisterShape>;

/** What a file is laid over. */
export interface BaseRegister {
  readonly register: Register;
  readonly watch: WatchList;
  readonly playbook: Playbook;
  readonly duties: DutyMap;
}

const formOver = (base: BaseRegister): DocumentForm<OwnRegister> => ({
  what: 'the register',
  code: 'DEAL_INVALID',
  schema: ownRegisterShape,
  meaning: (own, problems) => checkMeaning(base, own, problems),
});

/** Throws `DEAL_INVALID` with every fault as `file:line:column: reason; mend`. */
export const readOwnRegister = (base: BaseRegister, file: string, text: string): OwnRegister =>
  readDocument(file, text, formOver(base));

/** The same with warnings; throws nothing. */
export const checkOwnRegister = (base: BaseRegister, text: string): CheckedDocument<OwnRegister> =>
  checkDocument(text, formOver(base));

/** `own` is one that was read over this very base. */
export const layOver = <Base extends BaseRegister>(base: Base, own: OwnRegister): Base => ({
  ...base,
  register: {
    ...base.register,
    sources: { ...base.register.sources, ...own.sources },
    parties: { ...base.register.parties, ...own.parties },
    links: { ...base.register.links, ...own.links },
    claims: { ...base.register.claims, ...own.claims },
  },
  duties: { ...base.duties, sources: { ...base.duties.sources, ...own.sources }, own: own.duties },
  watch: {
    ...base.watch,
    sources: { ...base.watch.sources, ...own.sources },
    matters: { ...base.watch.matters, ...own.watch },
  },
  playbook: {
    ...base.playbook,
    facts: { ...base.playbook.facts, ...own.facts },
    items: { ...base.playbook.items, ...own.steps },
  },
});

const SECTIONS = ['sources', 'parties', 'links', 'watch', 'facts', 'steps', 'duties', 'claims'] as const;
type Section = (typeof SECTIONS)[number];

function checkMeaning(base: BaseRegister, own: OwnRegister, problems: ProblemList): void {
  if (refuseShipped(base, own, problems)) return;
  const { register, watch, playbook } = layOver(base, own);
  checkRegister(register, ownOnly(own, problems));
  checkMatters({ sources: watch.sources, matters: own.watch }, Object.keys(register.parties), ['watch'], problems);
  checkPlaybook(playbook, ownOnly(own, problems, { facts: 'facts', items: 'steps' }));
  const known = { parties: Object.keys(register.parties), sources: Object.keys(register.sources) };
  checkOwnDuties(own.duties, known, problems);
}

/** Whether an id stands in it that is one of those that ship. A claim names what it is about by the id alone, whatever that is. */
function refuseShipped({ register, watch, playbook }: BaseRegister, own: OwnRegister, problems: ProblemList): boolean {
  const { sources, parties, deployments, links, hardware, claims } = register;
  const named = { ...parties, ...deployments, ...links, ...hardware, ...claims };
  const taken: Readonly<Record<Section, object>> = {
    sources: { ...sources, ...watch.sources },
    parties: named,
    links: named,
    watch: watch.matters,
    facts: playbook.facts,
    steps: playbook.items,
    duties: {},
    claims: named,
  };
  let refused = false;
  for (const section of SECTIONS)
    for (const id of Object.keys(own[section]))
      if (Object.hasOwn(taken[section], id)) {
        refused = true;
        problems.error(
          [section, id],
          `"${id}" is an id of the register that comes with Weighbridge, which is not replaced`,
          'give yours another id, such as one that begins with the name of your organisation',
          'key',
        );
      }
  return refused;
}

/** Problems of what was laid over come back to where they stand in the file; warnings about what ships are not the writer's. */
function ownOnly(
  own: OwnRegister,
  problems: ProblemList,
  sections: Readonly<Record<string, Section>> = {
    sources: 'sources',
    parties: 'parties',
    links: 'links',
    claims: 'claims',
  },
): ProblemList {
  const placeOf = ([section = '', id = '', ...rest]: DocumentPath): DocumentPath | undefined => {
    const name = sections[String(section)];
    return name !== undefined && Object.hasOwn(own[name], id) ? [name, id, ...rest] : undefined;
  };
  return {
    all: problems.all,
    add: (problem) => problems.add(problem),
    error: (path, message, mend, at) => problems.error(placeOf(path) ?? [], message, mend, at),
    warning: (path, message, mend, at) => {
      const place = placeOf(path);
      if (place !== undefined) problems.warning(place, message, mend, at);
    },
  };
}

export interface RegisterChange {
  /** `parties.acme-cloud.name`. */
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before: string | null;
  readonly after: string | null;
}

const NOTHING: OwnRegister = {
  version: 1,
  title: '',
  sources: {},
  parties: {},
  links: {},
  watch: {},
  facts: {},
  steps: {},
  duties: {},
  claims: {},
};

/** By what stands under each id, whatever the order and the layout; `null`: there was none, or there is none now. */
export function diffOwnRegisters(before: OwnRegister | null, after: OwnRegister | null): readonly RegisterChange[] {
  const [was, is] = [leavesOf(before ?? NOTHING), leavesOf(after ?? NOTHING)];
  const paths = [...new Set([...was.keys(), ...is.keys()])];
  return paths.flatMap((path): RegisterChange[] => {
    const [old, now] = [was.get(path) ?? null, is.get(path) ?? null];
    if (old === now) return [];
    return [{ path, change: old === null ? 'added' : now === null ? 'removed' : 'changed', before: old, after: now }];
  });
}

function leavesOf({ title, ...own }: OwnRegister): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>(title === '' ? [] : [['title', title]]);
  for (const section of SECTIONS)
    for (const [id, entry] of Object.entries(own[section]))
      for (const [name, value] of Object.entries(entry))
        if (value !== undefined && !isEmpty(value)) leaves.set(`${section}.${id}.${name}`, leafText(value));
  return leaves;
}

/** What a default filled in says nothing. */
const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

const leafText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
