// What each fault does to a request that is otherwise served: which refusal it becomes, and how it bends the answer, the
// usage or the region. Faults of delivery (stalls, cuts, broken frames) are in `wire/deliver.ts`.
import type { LabModel } from '../model/catalogue.ts';
import { modelNamed } from '../model/catalogue.ts';
import type { Answer, Counts } from '../model/prompt.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import type { Affliction } from './registry.ts';

/** The refusal that a fault amounts to; null for those that let the call through. */
export function faultRefusal(fault: Affliction): Refusal | null {
  const retry = fault.retry_after === null ? {} : { retryAfter: fault.retry_after };
  switch (fault.fault) {
    case 'rate_limit':
      return refuse('rate_limited', 'Simulated: this request would exceed your rate limit.', retry);
    case 'overloaded_529':
      return refuse('overloaded', 'Overloaded', retry);
    case 'unauthorized':
      return refuse('auth_invalid', 'Simulated: the credential was refused.');
    case 'server_error':
      return fault.status === 503
        ? refuse('unavailable', 'Simulated: the service is unavailable.', retry)
        : refuse('internal', 'Internal server error', { ...retry, status: fault.status });
    default:
      return null;
  }
}

/** The model that answers in another's place. */
export function swapOf(model: LabModel): LabModel {
  const other =
    model.dialect !== 'openai-chat'
      ? model.id === 'claude-haiku-4-5'
        ? 'claude-sonnet-4-5'
        : 'claude-haiku-4-5'
      : model.id === 'gpt-4o-mini'
        ? 'gpt-4.1'
        : 'gpt-4o-mini';
  return modelNamed(other) ?? model;
}

export function applyToAnswer(answer: Answer, fault: Affliction | null): Answer {
  if (fault?.fault !== 'dropped_tool_call') return answer;
  const last = answer.blocks.findLastIndex((block) => block.type === 'tool');
  return { ...answer, blocks: answer.blocks.filter((_, index) => index !== last) };
}

/** What the response claims was used; null when it says nothing. */
export function applyToCounts(counts: Counts, fault: Affliction | null): Counts | null {
  if (fault?.fault === 'missing_usage') return null;
  if (fault?.fault !== 'wrong_usage') return counts;
  return { ...counts, input: counts.input * 2 + 7, output: counts.output * 3 + 11 };
}

export function applyToRegion(region: string, fault: Affliction | null): string {
  if (fault?.fault !== 'wrong_region') return region;
  return region === 'westus' ? 'eastasia' : 'westus';
}
