// The lab: simulated clouds that speak the real wire protocols and check them, with switchable faults and workload
// generators. No product package imports it; the gateway reaches it over a socket.
export {
  LAB_SITES,
  SITE_FACTS,
  type LabCredentials,
  type LabEndpoints,
  type LabLatency,
  type LabOptions,
  type LabSite,
} from './endpoints.ts';
export { startLab, type RunningLab } from './start.ts';
export { labConfiguration } from './configuration.ts';
