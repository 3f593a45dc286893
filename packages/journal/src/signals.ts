// Flags that lanes and recorder share without messages: a few 32-bit words that each thread may read at any time.

const FAILING = 0;
const BEAT = 1;
const WORDS = 4;

/** A block for one journal, handed to every lane and to the recorder. */
export const createSignals = (): SharedArrayBuffer => new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT);

/** Whether the recorder has said that it cannot write. */
export const recorderFailing = (signals: SharedArrayBuffer): boolean =>
  Atomics.load(new Int32Array(signals), FAILING) !== 0;

export const setRecorderFailing = (signals: SharedArrayBuffer, failing: boolean): void => {
  Atomics.store(new Int32Array(signals), FAILING, failing ? 1 : 0);
};

/** The recorder still moves: said with each look, and within a long one. */
export const beatRecorder = (signals: SharedArrayBuffer): void => {
  Atomics.add(new Int32Array(signals), BEAT, 1);
};

/** A number that is another one whenever the recorder has moved. */
export const recorderBeat = (signals: SharedArrayBuffer): number => Atomics.load(new Int32Array(signals), BEAT);
