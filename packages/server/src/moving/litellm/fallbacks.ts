// Which deployments stand in for which group: fallbacks of all failures, those of a window that is too small (which sends a call on
// anyway, as any other failure does), and those of groups that name none.
import type { DocumentPath } from '@weighbridge/document';
import type { Settings } from '../settings.ts';
import { bagOf, listOf, slugOf, textOf } from '../values.ts';
import type { Models } from './models.ts';
import { firstOf } from './settings-above.ts';

export interface StandIns {
  /** Deployments behind those of a group, in the order in which they are tried. */
  of(group: string): readonly string[];
}

interface Rule {
  /** Null: of every group that has none of its own. */
  readonly group: string | null;
  readonly deployments: readonly string[];
}

const SECTIONS = ['router_settings', 'litellm_settings'] as const;
const places = (name: string): readonly DocumentPath[] => SECTIONS.map((section) => [section, name]);

export function readStandIns(settings: Settings, models: Models): StandIns {
  const own = readRules(settings, models, 'fallbacks', '');
  const windows = readRules(
    settings,
    models,
    'context_window_fallbacks',
    'a window that is too small sends the call on; so does any other failure',
  );
  const all = readDefault(settings, models);
  const named = [...own, ...windows];
  return {
    of: (group) => {
      const its = named.filter((rule) => rule.group === group);
      const rules = its.length > 0 ? its : [...named.filter((rule) => rule.group === null), ...all];
      return [...new Set(rules.flatMap(({ deployments }) => deployments))];
    },
  };
}

/** `says`: how they changed; empty: they did not. */
function readRules(settings: Settings, models: Models, name: string, says: string): readonly Rule[] {
  const found = firstOf(settings, places(name));
  return listOf(found?.value).flatMap((entry, index) =>
    Object.entries(bagOf(entry) ?? {}).map(([group, targets]) => {
      const path = [...(found?.path ?? []), index, group];
      const isKnown = group === '*' || models.groups.has(group);
      const deployments = listOf(targets).flatMap((target, place) =>
        standIn(settings, models, target, [...path, place], { group: isKnown ? group : null, says }),
      );
      return { group: group === '*' ? null : group, deployments };
    }),
  );
}

function readDefault(settings: Settings, models: Models): readonly Rule[] {
  const found = firstOf(settings, places('default_fallbacks'));
  const deployments = listOf(found?.value).flatMap((target, place) =>
    standIn(settings, models, target, [...(found?.path ?? []), place], {
      group: '*',
      says: 'behind the candidates of every route that names no stand-in itself',
    }),
  );
  return deployments.length === 0 ? [] : [{ group: null, deployments }];
}

/** The deployments of a group, or the one of an id, that a name stands for. */
function standIn(
  settings: Settings,
  models: Models,
  target: unknown,
  path: DocumentPath,
  { group, says }: { readonly group: string | null; readonly says: string },
): readonly string[] {
  const name = textOf(target);
  const byId = name === undefined ? undefined : models.byId.get(name);
  const members =
    name === undefined ? [] : (models.groups.get(name)?.members ?? []).map(({ deployment }) => deployment);
  const found = members.length > 0 ? members : byId === undefined ? [] : [byId];
  if (name === undefined)
    settings.left(path, 'a stand-in here is a candidate of the route; a request is not changed for it');
  else if (group === null) settings.left(path, 'nothing that is carried has the name that it stands in for');
  else if (found.length === 0) settings.left(path, 'nothing that is carried has this name');
  else if (says === '')
    settings.carried(
      path,
      group === '*' ? 'routes.*.candidates' : `routes.${slugOf(group)}.candidates`,
      'behind the candidates of the route',
    );
  else settings.changed(path, group === '*' ? 'routes.*.candidates' : `routes.${slugOf(group)}.candidates`, says);
  return group === null ? [] : found;
}
