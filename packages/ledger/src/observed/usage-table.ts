// A plain table (CSV) or lines (JSON) for whatever no other reader knows: servers of one's own, a reseller's report, a warehouse's
// answer to a question of one's own. Columns are those of docs/coverage.md; only `from` and one measure are needed.
import { TOKEN_CLASSES, type TokenClass } from '@weighbridge/protocol';
import { AppError } from '@weighbridge/kernel';
import {
  countOf,
  decimalOf,
  given,
  instantOf,
  quantityOf,
  textOf,
  tokensOf,
  type Fields,
  type SourceReader,
} from './source.ts';

const COLUMNS: ReadonlySet<string> = new Set([
  'from',
  'to',
  'model',
  'owner',
  'user',
  'service',
  'requests',
  'money',
  'currency',
  'id',
  'request',
  ...TOKEN_CLASSES,
]);

function countsOf(value: Fields): Readonly<Partial<Record<TokenClass, number>>> {
  const filled = TOKEN_CLASSES.map((name) => [name, countOf(value, name)] as const);
  return tokensOf(Object.fromEntries(filled)) ?? {};
}

export const usageTable: SourceReader = {
  id: 'usage-table',
  title: 'usage table in the columns of docs/coverage.md',
  seller: null,
  version: 1,
  kind: 'rows',
  rank: 2,
  skew: 5,
  knows: (value) => 'from' in value && Object.keys(value).every((name) => COLUMNS.has(name)),
  read: (value) => {
    const strange = Object.keys(value).find((name) => !COLUMNS.has(name));
    if (strange !== undefined) throw new AppError('BAD_REQUEST', `there is no column \`${strange.slice(0, 60)}\``);
    const from = instantOf(value, 'from');
    const to = value['to'] === undefined || value['to'] === '' ? from + 1 : instantOf(value, 'to');
    if (to <= from) throw new AppError('BAD_REQUEST', '`to` does not come after `from`');
    const tokens = countsOf(value);
    const [model, owner, user, service] = ['model', 'owner', 'user', 'service'].map((name) => textOf(value, name));
    const [requests, money] = [quantityOf(value, 'requests'), decimalOf(value, 'money')];
    const request = textOf(value, 'request');
    if (requests === undefined && money === undefined && Object.keys(tokens).length === 0)
      throw new AppError('BAD_REQUEST', 'the row counts nothing: no requests, no tokens, no money');
    return {
      rows: [
        {
          from,
          to,
          id:
            textOf(value, 'id') ??
            request ??
            [from, to, model, owner, user, service].map((one) => one ?? '').join(' | '),
          ...given('model', model),
          ...given('owner', owner),
          ...given('user', user),
          ...given('service', service),
          ...given('requests', requests ?? (request === undefined ? undefined : '1')),
          ...(Object.keys(tokens).length === 0 ? {} : { tokens }),
          ...(money === undefined ? {} : { money, currency: textOf(value, 'currency') ?? 'USD' }),
          ...given('request', request),
        },
      ],
    };
  },
};
