// Pure models of what stands behind the models: the alliance as a system that runs. Everything they give is simulated.
export { checkScenario, readScenario, SCENARIO_FILES } from './system/read.ts';
