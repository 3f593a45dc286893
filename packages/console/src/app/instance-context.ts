// The control API of the instance itself, whatever log the page shows: the sample organisation is made and removed there.
import { createContext, useContext } from 'react';
import type { ConsoleApi } from '../api/port.ts';
import { NO_API } from './use-answer.ts';

export type InstanceApi = Pick<ConsoleApi, 'ask'>;
const Instance = createContext<InstanceApi>(NO_API);
export const InstanceApiProvider = Instance.Provider;

export const useInstance = (): InstanceApi => useContext(Instance);
