// How a reasoning effort is said to Claude. Models from 4.6 on take an effort and think adaptively; those before take a
// budget of tokens; those before 3.7 do not think. The model id decides, in whatever spelling the cloud uses.
// platform.claude.com/docs/en/build-with-claude/adaptive-thinking, .../effort, .../extended-thinking

/** Least budget that the API accepts. */
const LEAST_BUDGET_TOKENS = 1024;
/** Share of the answer's ceiling that may go into thinking; shares made common by OpenRouter's documentation. */
const BUDGET_SHARES: Readonly<Record<string, number>> = {
  minimal: 0.1,
  low: 0.2,
  medium: 0.5,
  high: 0.8,
  xhigh: 0.9,
  max: 0.95,
};

const NEWER_NAME = /claude-[a-z]+-(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/;
const OLDER_NAME = /claude-(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/;

export type EffortStyle = 'effort' | 'budget' | 'none';

/** `claude-sonnet-4-5-20250929`, `us.anthropic.claude-opus-4-1-20250805-v1:0`, `claude-3-7-sonnet@20250219`, … */
export function effortStyle(model: string | undefined): EffortStyle {
  const found = model === undefined ? null : (NEWER_NAME.exec(model) ?? OLDER_NAME.exec(model));
  if (found === null) return 'effort';
  const version = Number(found[1]) * 100 + Number(found[2] ?? 0);
  if (version < 307) return 'none';
  return version < 406 ? 'budget' : 'effort';
}

/** Members of an Anthropic request that say an effort; none when the model or the ceiling leaves no room for thinking. */
export function sayEffort(effort: string, model: string | undefined, maxTokens: number): Record<string, unknown> {
  if (effort === 'none') return { thinking: { type: 'disabled' } };
  switch (effortStyle(model)) {
    case 'none':
      return {};
    case 'effort':
      return { thinking: { type: 'adaptive' }, output_config: { effort: effort === 'minimal' ? 'low' : effort } };
    case 'budget': {
      const budget = Math.max(LEAST_BUDGET_TOKENS, Math.floor(maxTokens * (BUDGET_SHARES[effort] ?? 0.5)));
      return budget < maxTokens ? { thinking: { type: 'enabled', budget_tokens: budget } } : {};
    }
  }
}
