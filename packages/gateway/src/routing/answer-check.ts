// Whether an answer is good enough to be the last word of a cascade: declared checks, no scripts. Pure; the first check
// that fails is named. Phrases are compared as plain text, never as patterns, since a pattern can hold a lane for minutes.
import type { SaidAnswer } from '@weighbridge/dialects';
import type { CascadeConfig } from '@weighbridge/protocol';
import { misfit } from './schema-check.ts';

export type AnswerChecks = CascadeConfig['check'];

/** The check that the answer fails, in a few words; null when it passes all of them. */
export function failedCheck(said: SaidAnswer, checks: AnswerChecks): string | null {
  if (!said.whole) return 'size: longer than what is checked';
  if (checks.finished && said.stop !== 'end' && said.stop !== 'tool') return `finished: stopped by ${said.stop}`;
  if (checks.tool !== undefined && !calls(said, checks.tool)) return 'tool: it calls none that was asked for';
  if (checks.min_chars !== undefined && said.text.trim().length < checks.min_chars)
    return `min_chars: shorter than ${checks.min_chars}`;
  const phrase = checks.lacks.find((each) => said.text.toLowerCase().includes(each.toLowerCase()));
  if (phrase !== undefined) return `lacks: it says "${phrase}"`;
  return checks.json || checks.schema !== undefined ? jsonFault(said.text, checks.schema) : null;
}

const calls = ({ tools }: SaidAnswer, wanted: true | string): boolean =>
  wanted === true ? tools.length > 0 : tools.includes(wanted);

function jsonFault(text: string, schema: unknown): string | null {
  let value: unknown;
  try {
    value = JSON.parse(unfenced(text));
  } catch {
    return 'json: it is not JSON';
  }
  const found = schema === undefined ? null : misfit(value, schema);
  return found === null ? null : `schema: ${found}`;
}

/** Models often put a fence around JSON that they were asked for. */
function unfenced(text: string): string {
  const trimmed = text.trim();
  if (!trimmed.startsWith('```') || !trimmed.endsWith('```')) return trimmed;
  const line = trimmed.indexOf('\n');
  return line === -1 ? trimmed : trimmed.slice(line + 1, -3);
}
