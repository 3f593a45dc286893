// Hours of receipts as a table, read and written: the beginning of an hour, its requests, and a column for each class of tokens. A row that cannot be read
// stops the reading with its line: demand with an hour missing would look like a quiet one.
import { TOKEN_CLASSES, type TokenClass } from '../catalogue/reserved-units.ts';
import type { ReceiptHour } from '../demand/series.ts';
import { refuse } from '../numbers/refuse.ts';
import { readCsv } from '../score/csv.ts';

const NUMBER = /^\d+(\.\d+)?$/;

/** Throws PLAN_INVALID. `file`: its name in messages. */
export function readReceiptHours(file: string, text: string): readonly ReceiptHour[] {
  const { columns, rows, faults } = readCsv(file, text, ['hour', 'requests']);
  const [fault] = faults;
  if (fault !== undefined) refuse(`${file}:${fault.line}: ${fault.reason}`, 'mend the line');
  const classes = TOKEN_CLASSES.filter((each) => columns.includes(each));
  if (classes.length === 0)
    refuse(`${file} has no column of tokens`, `add one at least of ${TOKEN_CLASSES.join(', ')}`);
  return rows.map(({ line, values }) => {
    const number = (name: string): number => {
      const said = values[name] ?? '';
      return NUMBER.test(said)
        ? Number(said)
        : refuse(`${file}:${line}: ${name} is "${said.slice(0, 40)}", and no number`, 'write a number, 0 for none');
    };
    const tokens = Object.fromEntries(classes.map((each): [TokenClass, number] => [each, number(each)]));
    return { hour: values['hour'] ?? '', requests: number('requests'), tokens };
  });
}

/** As it is read: columns of the classes that occur. */
export function receiptHoursText(rows: readonly ReceiptHour[]): string {
  const classes = TOKEN_CLASSES.filter((name) => rows.some(({ tokens }) => (tokens[name] ?? 0) > 0));
  const lines = rows.map(({ hour, requests, tokens }) =>
    [hour, requests, ...classes.map((name) => tokens[name] ?? 0)].join(','),
  );
  return [['hour', 'requests', ...classes].join(','), ...lines].join('\n');
}
