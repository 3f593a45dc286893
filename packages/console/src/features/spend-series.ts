// One series of a roll-up as a chart takes it. A bucket with calls of which none has a price is unknown, not zero.
import type { Series } from '@weighbridge/protocol';
import { OTHERS, type ChartSeries } from '../parts/time-chart/model.ts';
import { memberName } from './totals.ts';

export function chartSeries({ member, others, points, unpriced }: Series['series'][number], by: string): ChartSeries {
  const values = points.map((point, i) => (Number(point) === 0 && (unpriced[i] ?? 0) > 0 ? null : point));
  if (others !== null) return { key: OTHERS, label: `${others} others`, values, members: others };
  if (member === null) return { key: 'all', label: 'all', values };
  return { key: member.value ?? '', label: memberName(member, by), values };
}
