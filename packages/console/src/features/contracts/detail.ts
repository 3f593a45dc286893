// The head of a contract's page, prepared.
import type { ContractDetail } from '@weighbridge/protocol';
import { formatInstant } from '../../parts/when/model.ts';
import { actorText } from '../settings/model.ts';
import type { DetailHead } from './detail-view.tsx';
import { readingText } from './reading.ts';
import { counted, statusTag } from './words.ts';

export function detailHead({ reading, entered, by, versions, older }: ContractDetail): DetailHead {
  const { title, sentence, answers } = readingText(reading);
  const count = versions.length + older;
  return {
    id: reading.id,
    title,
    status: statusTag(reading.status),
    sentence,
    entered: `Entered ${formatInstant(entered)} ${actorText(by)}; ${count === 1 ? 'the only version' : `version ${count}`}.`,
    answers,
    counts: {
      ...(reading.findings.length === 0 ? {} : { gaps: String(reading.findings.length) }),
      versions: String(count),
    },
  };
}

export const questionsTitle = (count: number): string =>
  count === 0 ? 'Nothing is left to ask' : `${counted(count, 'open question')}, to send to the seller`;

export const olderText = (older: number): string =>
  older === 0 ? '' : `${counted(older, 'older version')} ${older === 1 ? 'is' : 'are'} in the log.`;
