// A scenario of one's own, in words.
import { SCENARIO_TEXT_MOST, type CheckedScenario } from '@weighbridge/protocol';
import { prepareCount } from '../../parts/count/model.ts';
import { elsewhere, ownFileText, type OwnBounds, type OwnState, type OwnText } from '../own-file.ts';
import { tagsText } from './model.ts';

export const SCENARIO_BOUNDS: OwnBounds = { most: SCENARIO_TEXT_MOST, command: 'deal scenario run' };

export const ownText = (own: OwnState<CheckedScenario>): OwnText =>
  ownFileText(own, ({ title, months, tags, sample }) => {
    const seeds = sample === null ? '' : ` It seeds a sample organisation too.`;
    return `${title}. ${prepareCount(months).text} months, ${tagsText(tags)}.${seeds}`;
  });

export const ELSEWHERE = elsewhere('a scenario');
