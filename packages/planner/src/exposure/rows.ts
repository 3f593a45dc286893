// What concentration is counted of: each workload, where it goes now, with what it costs, its tokens and how critical it is. A place that
// nobody knows is left out, so that it widens the interval instead of moving it.
import type { ExposureRow } from './concentration.ts';
import { monthlyCost, type Amounts, type Rules } from './placing.ts';

export const rowsOf = ({ forms, workloads }: Rules, amounts: Amounts): ExposureRow[] =>
  workloads.map(({ home, form }, at): ExposureRow => {
    const { seller, family, cloud, region, accelerator } = forms[home]!;
    const { input, cached, output } = amounts.tokens;
    return {
      contracting_entity: seller,
      model_family: family,
      cloud,
      region,
      ...(accelerator === undefined ? {} : { accelerator }),
      measures: {
        spend: monthlyCost(amounts, at, home),
        tokens: input[at]! + cached[at]! + output[at]!,
        criticality: form.criticality,
      },
    };
  });
