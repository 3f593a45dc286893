// What waits, in memory that outlives a lane as files outlive a process.
import type { LaterAnswer, WaitingRecord, WaitingStore } from '../../src/index.ts';

export class MemoryStore implements WaitingStore {
  readonly records = new Map<string, WaitingRecord>();
  readonly answers = new Map<string, LaterAnswer>();
  /** The disk refuses. */
  failing = false;

  keep(record: WaitingRecord): Promise<void> {
    if (this.failing) return Promise.reject(new Error('the disk is full'));
    // As it is after writing and reading it.
    this.records.set(record.id, JSON.parse(JSON.stringify(record)) as WaitingRecord);
    return Promise.resolve();
  }

  drop(id: string): Promise<void> {
    this.records.delete(id);
    return Promise.resolve();
  }

  list(): readonly WaitingRecord[] {
    return [...this.records.values()];
  }

  keepAnswer(id: string, answer: LaterAnswer): Promise<void> {
    this.answers.set(id, answer);
    return Promise.resolve();
  }

  look(id: string): ReturnType<WaitingStore['look']> {
    const answer = this.answers.get(id);
    if (answer !== undefined) return { state: 'answered', answer };
    const record = this.records.get(id);
    return record === undefined ? null : { state: 'waiting', key: record.key, until: record.until };
  }
}
