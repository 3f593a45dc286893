// Which log a page shows: that of the instance, or that of the sample organisation, which is asked at the same paths below
// `/sample`. The address says it, so that the two never share a page, and a link leads to one of them.

const SAMPLE = '/sample';

/** '' for the instance's own log. */
export const mountOf = (path: string): '' | typeof SAMPLE => (path.startsWith(`${SAMPLE}/`) ? SAMPLE : '');

/** Of this page; '' where there is none. */
export const MOUNT = typeof location === 'undefined' ? '' : mountOf(location.pathname);

export const ON_SAMPLE = MOUNT !== '';
