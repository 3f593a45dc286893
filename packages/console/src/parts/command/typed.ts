// How a command is typed where the instance was started. Pages write `weighbridge …`; whatever shows or copies one puts it so.
import { createContext, useContext } from 'react';

export const TypedContext = createContext<(line: string) => string>((line) => line);

/** Puts a line that begins with `weighbridge` as it is typed; leaves any other text as it is. */
export const useTyped = (): ((line: string) => string) => useContext(TypedContext);
