// What becomes of a call on a route, in the order in which it is evaluated: kept answers, arms, candidates, the line, legs
// beside the first, checks, copies. Each step says what it does and what happens where it does not hold.
import type { RouteRow } from '@weighbridge/protocol';
import { prepareCount } from '../../parts/count/model.ts';
import { formatDuration } from '../../parts/duration/model.ts';
import { shareText } from '../../parts/unit/model.ts';
import { STATE_WORDS, type Words } from './model.ts';

export interface PathStep {
  readonly key: 'cache' | 'arms' | 'candidates' | 'queue' | 'hedge' | 'cascade' | 'batch' | 'mirror' | 'bypass';
  readonly title: string;
  readonly text: string;
  /** Whom it concerns, each with how it stands and how often it is first, 0 to 1. */
  readonly marks: readonly { readonly name: string; readonly state: Words | null; readonly part: number | null }[];
  /** `beside`: it answers nobody. */
  readonly kind: 'through' | 'beside';
}

export function routePath(row: RouteRow, how: string): readonly PathStep[] {
  return [
    ...cacheStep(row),
    ...armsStep(row),
    {
      key: 'candidates',
      title: row.candidates.length === 1 ? 'One candidate' : `${row.candidates.length} candidates`,
      text: `${sentence(how)}. ${row.attempts === 1 ? 'One attempt' : `Up to ${row.attempts} attempts`}, the next when one fails before its first content.`,
      marks: row.candidates.map(({ deployment: name, state, first }) => ({
        name,
        state: STATE_WORDS[state],
        part: first,
      })),
      kind: 'through',
    },
    ...queueStep(row),
    ...hedgeStep(row),
    ...cascadeStep(row),
    ...batchStep(row),
    ...mirrorStep(row),
    ...bypassStep(row),
  ];
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const step = (key: PathStep['key'], title: string, text: string): readonly PathStep[] => [
  { key, title, text, marks: [], kind: 'through' },
];

const cacheStep = ({ cache }: RouteRow): readonly PathStep[] =>
  cache === null
    ? []
    : step(
        'cache',
        'Kept answer',
        `An identical request of the same ${cache.scope.replace('_', ' ')} within ${cache.ttl} gets the answer again; nothing is sent.`,
      );

function armsStep({ arms }: RouteRow): readonly PathStep[] {
  if (arms === null) return [];
  const total = Object.values(arms).reduce((sum, share) => sum + share, 0);
  const shares = Object.entries(arms).map(([arm, share]) => `${arm} ${shareText(total === 0 ? 0 : share / total)}`);
  return step('arms', 'Arms', `Each caller stays in one: ${shares.join(', ')}.`);
}

const queueStep = ({ queue }: RouteRow): readonly PathStep[] =>
  queue === null
    ? []
    : step(
        'queue',
        'Line',
        `Where all are full a call waits up to ${formatDuration(queue.wait_ms)}, ${prepareCount(queue.depth).text} on a lane at most; the least urgent give way.`,
      );

const hedgeStep = ({ hedge }: RouteRow): readonly PathStep[] =>
  hedge === null
    ? []
    : step(
        'hedge',
        'Hedge',
        `No content ${hedge.after_ms === null ? 'by the 95th percentile of late' : `after ${formatDuration(hedge.after_ms)}`}: a second leg goes to the next candidate, and the first with content serves. For ${shareText(hedge.budget)} of the calls at most.`,
      );

function cascadeStep({ cascade }: RouteRow): readonly PathStep[] {
  if (cascade === null) return [];
  const { finished, json, schema, min_chars: chars, lacks, tool } = cascade;
  const checks = [
    ...(finished ? ['it is finished'] : []),
    ...(json && !schema ? ['it is JSON'] : []),
    ...(schema ? ['it fits a JSON Schema'] : []),
    ...(chars === null ? [] : [`it has ${prepareCount(chars).text} characters or more`]),
    ...(lacks.length === 0 ? [] : [`it does not say ${lacks.map((phrase) => `“${phrase}”`).join(' or ')}`]),
    ...(tool === null ? [] : [tool === true ? 'it calls a tool' : `it calls ${tool}`]),
  ];
  return step(
    'cascade',
    'Cascade',
    `The answer is held back and checked${checks.length === 0 ? '' : `: ${checks.join('; ')}`}. One that fails is asked of the next candidate; that of the last is not checked.`,
  );
}

function batchStep({ candidates, stored_content: stored }: RouteRow): readonly PathStep[] {
  const names = candidates.filter(({ batch }) => batch).map(({ deployment }) => deployment);
  if (names.length === 0 || stored !== 'allow') return [];
  return step(
    'batch',
    'Batch',
    `A call that can wait (weighbridge-deadline) goes through the batch API of ${names.join(' or ')} at batch price, and is served at once when its deadline nears.`,
  );
}

function mirrorStep({ mirror }: RouteRow): readonly PathStep[] {
  if (mirror === null) return [];
  const { deployment: name, state, share, cost_centre: centre, at_once: most, when } = mirror;
  const whose = when.length === 0 ? 'the calls' : `the calls of which it holds that ${when.join(' and ')}`;
  const text = `Once answered, ${shareText(share)} of ${whose} are sent once more; what comes back is dropped, and cost centre ${centre} bears it. ${most} at once on a lane.`;
  const marks = [{ name, state: STATE_WORDS[state], part: null }];
  return [{ key: 'mirror', title: 'Mirror', text, marks, kind: 'beside' }];
}

function bypassStep({ bypass }: RouteRow): readonly PathStep[] {
  if (bypass === null) return [];
  const { name, deployments, minutes, calls } = bypass;
  const to = deployments === null ? 'to any candidate' : `to ${deployments.join(' or ')}`;
  return step(
    'bypass',
    'Bypass',
    `Only while the journal takes no entries: ${prepareCount(calls).text} calls at most, for ${minutes} min at most, go on by “${name}” ${to}, and are sealed afterwards.`,
  );
}
