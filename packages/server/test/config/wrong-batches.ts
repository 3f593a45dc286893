// Every way of making a deployment wrong that takes batches. Lines are those of `GOOD`.
import type { Wrong } from './wrong.ts';

const REGION = '    region: global';

export const WRONG_BATCHES: readonly Wrong[] = [
  {
    what: 'a batch at a seller that reads them from a store of objects',
    change: ['    cloud: anthropic', '    cloud: vertex\n    project: acme\n    batch: {}'],
    line: 9,
    says: /Vertex AI reads batches from Cloud Storage/,
    mend: /`anthropic` and `openai`/,
  },
  {
    what: 'a batch at a seller whose batch API is not spoken',
    change: ['    cloud: anthropic', '    cloud: openai-compatible\n    endpoint: http://127.0.0.1:9\n    batch: {}'],
    line: 9,
    says: /has no batch API that is spoken here/,
    mend: /take `batch` out/,
  },
  {
    what: 'a batch of another tier',
    change: [REGION, `${REGION}\n    tier: priority\n    batch: {}`],
    line: 12,
    says: /a batch is a tier of its own/,
    mend: /deployment of their own/,
  },
  {
    what: 'a batch where nothing may be stored',
    change: [REGION, `${REGION}\n    stored_content: refuse\n    batch: {}`],
    line: 12,
    says: /stored at its seller/,
    mend: /one of the two/,
  },
];
