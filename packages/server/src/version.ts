// The build that stands in every entry.
import manifest from '../package.json' with { type: 'json' };

export const VERSION: string = manifest.version;
