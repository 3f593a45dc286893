// Nested strategies of a Portkey config as one list of candidates. A route here has one strategy, so what is nested is laid flat where
// that says the same: fall-backs behind each other, shares multiplied, what stands behind a share with a weight of 0. Where it
// does not say the same, the report says what was lost.
import type { DocumentPath } from '@weighbridge/document';
import type { Candidate, Fields } from '../draft.ts';
import type { Work } from '../enter-deployment.ts';
import type { Settings } from '../settings.ts';
import { bagOf, listOf, numberOf, textOf, wholeWeights } from '../values.ts';
import { bothHold, readQuery } from './conditions.ts';
import { enterTarget, type PortkeyAsked } from './targets.ts';
import { STATUS_WORDS } from './words.ts';

/** Candidates in the order in which they are tried; `shares`: the first ones are drawn by weight, those of weight 0 stand in. */
export interface Branch {
  readonly candidates: readonly Candidate[];
  readonly shares: boolean;
}

/** Names of models that lead somewhere else than the rest. */
export interface ModelRoute {
  readonly models: readonly string[];
  readonly branch: Branch;
  readonly path: DocumentPath;
}

export interface Walk {
  readonly settings: Settings;
  readonly work: Work;
  readonly asked: PortkeyAsked;
  readonly route: string;
  readonly byModel: ModelRoute[];
}

const NOTHING: Branch = { candidates: [], shares: false };

export function branchAt(walk: Walk, path: DocumentPath): Branch {
  const { settings } = walk;
  const node = bagOf(settings.at(path)) ?? {};
  if (node['targets'] === undefined) return leaf(walk, path);
  const mode = textOf(bagOf(node['strategy'])?.['mode']) ?? 'single';
  const targets = listOf(node['targets']).map((_, index): DocumentPath => [...path, 'targets', index]);
  settings.left([...path, 'strategy', 'on_status_codes'], STATUS_WORDS);
  const make = MODES[mode];
  if (make === undefined) {
    settings.left(path, `no strategy here is "${mode.slice(0, 32)}"`);
    return NOTHING;
  }
  const branch = make(walk, path, targets);
  settings.carried([...path, 'strategy', 'mode'], `routes.${walk.route}.strategy`);
  return branch;
}

const MODES: Readonly<Record<string, (walk: Walk, path: DocumentPath, targets: readonly DocumentPath[]) => Branch>> = {
  single: (walk, _path, [first, ...others]) => {
    for (const other of others) walk.settings.left(other, 'a single strategy calls its first target alone');
    return first === undefined ? NOTHING : branchAt(walk, first);
  },
  fallback: (walk, _path, targets) => inTurn(walk, targets),
  loadbalance: (walk, _path, targets) => shared(walk, targets),
  conditional,
};

function leaf(walk: Walk, path: DocumentPath): Branch {
  const entered = enterTarget(walk.settings, walk.work, walk.asked, path, walk.route);
  if ('refused' in entered) {
    walk.settings.left(path, entered.refused);
    return NOTHING;
  }
  return { candidates: [{ deployment: entered.id }], shares: false };
}

/** One after the other. Shares of the first stay; those of a later one cannot be said beside them. */
function inTurn(walk: Walk, targets: readonly DocumentPath[]): Branch {
  const branches = targets
    .map((path) => ({ path, branch: branchAt(walk, path) }))
    .filter(({ branch }) => branch.candidates.length > 0);
  const [first, ...others] = branches;
  if (first === undefined) return NOTHING;
  const { shares } = first.branch;
  for (const { path, branch } of others)
    if (branch.shares)
      walk.work.notes.push(
        `${walk.settings.file}:${walk.settings.line(path)}: shares of a fall-back are not kept: its targets stand in one after the other`,
      );
  const behind = others.flatMap(({ branch }) =>
    branch.candidates.map((candidate) => ({ ...inOrder(candidate), ...(shares ? { weight: 0 } : {}) })),
  );
  return { candidates: [...first.branch.candidates, ...behind], shares };
}

function shared(walk: Walk, targets: readonly DocumentPath[]): Branch {
  const { settings } = walk;
  const branches = targets
    .map((path) => {
      const weight = numberOf(settings.at([...path, 'weight'])) ?? 1;
      const branch = branchWeighed(walk, path);
      return { weight, branch };
    })
    .filter(({ branch }) => branch.candidates.length > 0);
  if (branches.length === 0) return NOTHING;
  if (branches.length === 1 && branches[0] !== undefined) return branches[0].branch;
  const heads: { candidate: Candidate; share: number }[] = [];
  const behind: Candidate[] = [];
  for (const { weight, branch } of branches) {
    const total = branch.candidates.reduce((sum, candidate) => sum + (candidate.weight ?? 0), 0);
    for (const [place, candidate] of branch.candidates.entries()) {
      const share = branch.shares ? (weight * (candidate.weight ?? 0)) / Math.max(total, 1) : place === 0 ? weight : 0;
      if (share > 0 || (weight === 0 && place === 0)) heads.push({ candidate, share });
      else behind.push({ ...candidate, weight: 0 });
    }
  }
  const weights = wholeWeights(heads.map(({ share }) => share));
  const isEmpty = weights.every((weight) => weight === 0);
  const candidates = heads.map(({ candidate }, index) => ({
    ...candidate,
    weight: isEmpty ? 1 : (weights[index] ?? 0),
  }));
  return { candidates: [...candidates, ...behind], shares: true };
}

function branchWeighed(walk: Walk, path: DocumentPath): Branch {
  // What is left out is told first, so that its weight is not told as carried.
  const branch = branchAt(walk, path);
  const to = `routes.${walk.route}.candidates`;
  const at = [...path, 'weight'];
  if (branch.candidates.length === 0) walk.settings.left(at, 'its target is not carried');
  else walk.settings.carried(at, to);
  return branch;
}

// --- conditions

function conditional(walk: Walk, path: DocumentPath, targets: readonly DocumentPath[]): Branch {
  const { settings, byModel } = walk;
  const strategy = [...path, 'strategy'];
  const named = new Map(targets.map((at) => [textOf(settings.at([...at, 'name'])) ?? '', at]));
  const made = new Map<string, Branch>();
  const to = (name: string | undefined): Branch => {
    const at = named.get(name ?? '');
    if (name === undefined || at === undefined) return NOTHING;
    const branch = made.get(name) ?? branchAt(walk, at);
    made.set(name, branch);
    return branch;
  };
  const ordered: Candidate[] = [];
  for (const [index, condition] of listOf(settings.at([...strategy, 'conditions'])).entries()) {
    const at = [...strategy, 'conditions', index];
    const read = readQuery(bagOf(condition)?.['query']);
    const name = textOf(bagOf(condition)?.['then']);
    if (read.kind === 'unknown') untold(walk, at, read.why);
    else if (to(name).candidates.length === 0) settings.left(at, 'the target that it leads to is not carried');
    else if (read.kind === 'models') {
      byModel.push({
        models: read.models,
        branch: { candidates: merged(walk, [...ordered, ...to(name).candidates.map(inOrder)]), shares: false },
        path: at,
      });
      settings.changed(at, `routes.${read.models.join(', ')}`, 'a route of its own: callers go on naming the model');
    } else conditioned(walk, at, ordered, to(name), read.when);
  }
  const otherwise = textOf(settings.at([...strategy, 'default']));
  const last = to(otherwise);
  if (last.candidates.length > 0)
    settings.carried(
      [...strategy, 'default'],
      `routes.${walk.route}.candidates`,
      'behind those with a condition: it stands in for them as well',
    );
  else settings.left([...strategy, 'default'], 'the target that it leads to is not carried');
  for (const [name, at] of named) {
    if (made.has(name)) settings.carried([...at, 'name'], null, 'the conditions named it');
    else settings.left(at, 'no condition that is carried leads to it');
  }
  if (ordered.length === 0) return last;
  if (last.shares) sharesLost(walk, [...strategy, 'default']);
  return { candidates: merged(walk, [...ordered, ...last.candidates.map(inOrder)]), shares: false };
}

function sharesLost({ settings, work }: Walk, at: DocumentPath): void {
  work.notes.push(
    `${settings.file}:${settings.line(at)}: shares behind a condition are not kept: its targets stand one after the other`,
  );
}

const inOrder = ({ weight: _weight, ...rest }: Candidate): Candidate => rest;

function untold(walk: Walk, at: DocumentPath, why: string): void {
  walk.settings.left(at, `${why}: such requests go where the default goes`);
  walk.work.notes.push(
    `${walk.settings.file}:${walk.settings.line(at)}: a condition is not carried, so its requests go where the default goes: look whether they may`,
  );
}

function conditioned(walk: Walk, at: DocumentPath, ordered: Candidate[], branch: Branch, when: Fields): void {
  const candidates = branch.candidates.map(({ weight: _weight, ...rest }) => ({
    ...rest,
    when: rest.when === undefined ? when : bothHold(rest.when, when),
  }));
  if (candidates.some((candidate) => candidate.when === undefined))
    return untold(walk, at, 'it says the same name twice over');
  ordered.push(...(candidates as Candidate[]));
  if (branch.shares) sharesLost(walk, at);
  walk.settings.changed(
    at,
    `routes.${walk.route}.candidates`,
    '`when` of the candidate: callers say metadata as `weighbridge-tags: NAME=VALUE`',
  );
}

/** A deployment stands once among candidates: one that is there under conditions and for all stands for all, where it came last. */
function merged(walk: Walk, candidates: readonly Candidate[]): readonly Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of candidates) {
    const at = kept.findIndex(({ deployment }) => deployment === candidate.deployment);
    const twin = kept[at];
    if (twin === undefined) kept.push(candidate);
    else {
      const part = walk.work.draft.deployments.get(candidate.deployment);
      if (part === undefined) continue;
      const deployment = walk.work.draft.deployment(candidate.deployment, {
        ...part,
        from: `${part.from}, once more: a candidate has one condition`,
      });
      kept.push({ ...candidate, deployment });
    }
  }
  return kept;
}
