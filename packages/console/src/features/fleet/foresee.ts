// What a request would do now, in words: where it would go, how likely, what was left out and why, and what could still
// go wrong. Nothing is sent; the lanes that would decide alike stand together.
import type { ControlAnswer } from '@weighbridge/protocol';
import type { Tone } from '../../parts/data-table/cell.ts';
import { shareText } from '../../parts/unit/model.ts';
import { CANDIDATE_WORDS } from '../candidate-words.ts';

export type Foreseen = ControlAnswer<'foresee'>;
type LaneAnswer = Foreseen['answers'][number];

export interface ForeseenText {
  readonly key: string;
  /** `On every lane`, `On lanes 1, 3`. */
  readonly lanes: string;
  readonly tone: 'good' | 'warn' | 'bad';
  readonly sentence: string;
  readonly next: string | null;
  readonly candidates: readonly {
    readonly deployment: string;
    readonly verdict: string;
    readonly tone: Tone;
    readonly why: string;
    /** Of being tried first; empty for none. */
    readonly chance: string;
  }[];
}

export const foreseenTexts = ({ answers }: Foreseen): readonly ForeseenText[] =>
  answers.map((answer) => foreseenText(answer, answers.length));

function foreseenText(answer: LaneAnswer, groups: number): ForeseenText {
  const { lanes, decision, refusal, first, doubts } = answer;
  const chances = new Map(first.map(({ deployment, chance }) => [deployment, chance]));
  const doubt = new Map(doubts.map(({ deployment, doubt: why }) => [deployment, why]));
  const candidates = (decision?.candidates ?? []).map(({ deployment, verdict, reason }) => {
    const words = CANDIDATE_WORDS[verdict];
    const chance = chances.get(deployment) ?? 0;
    return {
      deployment,
      verdict: verdict === 'chosen' ? 'first' : verdict,
      tone: words.tone,
      why: [reason ?? words.why, doubt.get(deployment)].filter((text) => text !== undefined).join('; '),
      chance: chance === 0 ? '' : shareText(chance),
    };
  });
  return {
    key: lanes.join(','),
    lanes: groups === 1 ? 'On every lane' : `On ${lanes.length === 1 ? 'lane' : 'lanes'} ${lanes.join(', ')}`,
    tone: refusal !== null ? 'bad' : doubts.length > 0 ? 'warn' : 'good',
    sentence: sentenceOf(answer),
    next: refusal?.next ?? null,
    candidates,
  };
}

function sentenceOf({ refusal, first }: LaneAnswer): string {
  if (refusal !== null) return `It would be refused with ${refusal.code}: ${refusal.message}.`;
  const likely = first.filter(({ chance }) => chance > 0).toSorted((a, b) => b.chance - a.chance);
  const [one, ...more] = likely;
  if (one === undefined) return 'It would be sent, and nobody can say where first.';
  if (more.length === 0) return `It would go to ${one.deployment} first.`;
  const named = likely.map(({ deployment, chance }) => `${deployment} (${shareText(chance)})`);
  return `It would go first to one of ${named.join(', ')}.`;
}

/** `tools images` or `tools,images` as a list, each once. */
export const featuresOf = (text: string): string[] => [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))];

/** `task=summarise, tier=gold` as a record; what has no `=` is no tag. */
export const tagsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split(',').flatMap((pair) => {
      const at = pair.indexOf('=');
      return at < 1 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()]];
    }),
  );
