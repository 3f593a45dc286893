// Whom a call of the playground may speak for: each key that the configuration lists, for each team and project that a key in
// force of that name speaks for. So a call is counted to somebody who exists, under limits and policy that hold for them.
import { modelNames, type Snapshot } from '@weighbridge/gateway';
import type { Config, PlayAs } from '@weighbridge/protocol';
import type { KeyView } from '../admin/key-store.ts';
import type { KeyWho } from '../keys/fold.ts';

export interface Playable {
  readonly shown: PlayAs;
  /** What a key made for it is given: what the configuration itself does not say of this name. */
  readonly who: KeyWho;
}

const FIELDS = ['team', 'project', 'cost_centre'] as const;

/** By name, those without anything to ask for left out. `now`: UTC milliseconds. */
export function playables(
  config: Pick<Config, 'keys'>,
  { routes }: Pick<Snapshot, 'routes'>,
  keys: readonly KeyView[],
  now: number,
): readonly Playable[] {
  return Object.entries(config.keys)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, filed]) => {
      const models = [...modelNames({ name, policy: filed.policy }, routes)];
      if (models.length === 0) return [];
      const all = distinct(keys.filter((key) => key.name === name && countsAs(key, now)).map(({ who }) => who));
      const whos = all.length === 0 ? [{}] : all;
      return whos.map((made) => {
        const who = { ...picked(made), ...picked(filed) };
        return {
          shown: {
            id: whos.length === 1 ? name : [name, who.team ?? '', who.project ?? '', who.cost_centre ?? ''].join('/'),
            key: name,
            team: who.team ?? null,
            project: who.project ?? null,
            cost_centre: who.cost_centre ?? null,
            models,
          },
          who: Object.fromEntries(
            Object.entries(picked(made)).filter(([field]) => filed[field as Field] === undefined),
          ),
        };
      });
    });
}

/** The one of this id; where what it names has become several, the first of its name. */
export const findPlayable = (all: readonly Playable[], id: string): Playable | undefined =>
  all.find(({ shown }) => shown.id === id) ?? all.find(({ shown }) => shown.key === id);

type Field = (typeof FIELDS)[number];
type Who = { readonly [F in Field]?: string };

const picked = (from: { readonly [F in Field]?: string | undefined }): Who =>
  Object.fromEntries(FIELDS.flatMap((field) => (from[field] === undefined ? [] : [[field, from[field]]])));

function distinct(whos: readonly KeyWho[]): readonly Who[] {
  const found = new Map(whos.map(picked).map((who) => [JSON.stringify(FIELDS.map((field) => who[field])), who]));
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, who]) => who);
}

/** Keys of the instance itself say nothing of who works here. */
const countsAs = ({ purpose, revoked, expires }: KeyView, now: number): boolean =>
  purpose !== 'playground' && purpose !== 'probe' && !revoked && (expires === undefined || expires > now);
