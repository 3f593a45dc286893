// The routes. Each page is a file of its own, fetched when it is first opened. The query is read and written by our own
// codec, so that addresses read like what they mean.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { problemOfError } from '../parts/problem/model.ts';
import { Problem } from '../parts/problem/view.tsx';
import { formatQuery, parseQuery } from '../url/search.ts';
import { BASE } from './navigate.ts';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    component: lazyRouteComponent(() => import('./overview-page.tsx'), 'OverviewPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/calls',
    component: lazyRouteComponent(() => import('./calls-page.tsx'), 'CallsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/calls/$id',
    component: lazyRouteComponent(() => import('./call-page.tsx'), 'CallPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/deployments',
    component: lazyRouteComponent(() => import('./deployments-page.tsx'), 'DeploymentsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/routes',
    component: lazyRouteComponent(() => import('./routes-page.tsx'), 'RoutesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/limits',
    component: lazyRouteComponent(() => import('./limits-page.tsx'), 'LimitsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/capacity',
    component: lazyRouteComponent(() => import('./capacity-page.tsx'), 'CapacityPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/coverage',
    component: lazyRouteComponent(() => import('./coverage-page.tsx'), 'CoveragePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/clients',
    component: lazyRouteComponent(() => import('./clients-page.tsx'), 'ClientsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/playground',
    component: lazyRouteComponent(() => import('./playground-page.tsx'), 'PlaygroundPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/spend',
    component: lazyRouteComponent(() => import('./spend-page.tsx'), 'SpendPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/contracts',
    component: lazyRouteComponent(() => import('./contracts-page.tsx'), 'ContractsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/contracts/$id',
    component: lazyRouteComponent(() => import('./contract-page.tsx'), 'ContractPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/commitments',
    component: lazyRouteComponent(() => import('./commitments-page.tsx'), 'CommitmentsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/settings',
    component: lazyRouteComponent(() => import('./settings-page.tsx'), 'SettingsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/journal',
    component: lazyRouteComponent(() => import('./journal-page.tsx'), 'JournalPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/planner',
    component: lazyRouteComponent(() => import('./planner-page.tsx'), 'PlannerPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/alliance',
    component: lazyRouteComponent(() => import('./alliance-page.tsx'), 'AlliancePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/claims',
    component: lazyRouteComponent(() => import('./claims-page.tsx'), 'ClaimsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/duties',
    component: lazyRouteComponent(() => import('./duties-page.tsx'), 'DutiesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/playbook',
    component: lazyRouteComponent(() => import('./playbook-page.tsx'), 'PlaybookPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/parties',
    component: lazyRouteComponent(() => import('./parties-page.tsx'), 'PartiesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/brief',
    component: lazyRouteComponent(() => import('./brief-page.tsx'), 'BriefPage'),
  }),
];

export const makeRouter = () =>
  createRouter({
    routeTree: root.addChildren(routes),
    basepath: BASE,
    parseSearch: parseQuery,
    stringifySearch: formatQuery,
    defaultPreload: false,
    scrollRestoration: false,
    defaultErrorComponent: Fault,
  });

/** A fault of the page itself: said, and left to a reload. */
const Fault = ({ error }: { readonly error: unknown }) => (
  <main className="gate">
    <Problem problem={problemOfError(error)} />
  </main>
);

function NotFound() {
  return (
    <header className="page-head">
      <h1>There is no such page.</h1>
      <p>
        The <a href={BASE}>overview</a> is a good place to go on from; Ctrl K opens anything by its name or id.
      </p>
    </header>
  );
}
