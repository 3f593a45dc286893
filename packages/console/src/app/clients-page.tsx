// Joins the address of the instance, its routes and keys with the settings of the tools.
import { clientsText } from '../features/clients/model.ts';
import { ClientsView } from '../features/clients/view.tsx';
import { usePageState } from './navigate.ts';
import { clientsSearch } from './search-state.ts';
import { isWaiting, useAnswer, valueOf } from './use-answer.ts';

export function ClientsPage() {
  const { value: search, change, addressFor } = usePageState(clientsSearch);
  const status = useAnswer('status', {}, 'clock');
  const routes = useAnswer('routes', {}, 'clock');
  const keys = useAnswer('keys', { limit: 200 });
  const known = valueOf(status);
  const models = valueOf(routes)?.rows.flatMap(({ id, aliases }) => [id, ...aliases]) ?? [];
  const callable = models.filter((name) => !name.endsWith('*'));
  return (
    <ClientsView
      text={known === null ? null : clientsText(search, known.origin, callable)}
      asked={search}
      models={callable}
      keys={valueOf(keys)?.rows.map(({ name }) => name) ?? []}
      hrefOf={(tool) => addressFor({ tool })}
      change={change}
      busy={isWaiting(status) || isWaiting(routes)}
    />
  );
}
