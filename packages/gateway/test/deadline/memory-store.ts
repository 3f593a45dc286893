// What waits, in memory that outlives a lane as files outlive a process.
import type { LaterAnswer, WaitingRecord, WaitingStore } from '../../src/index.ts';

export class MemoryStore implements WaitingStore {
  readonly records = new Map<string, WaitingRecord>();
  readonly answers = new Map<string, LaterAnswer>();
  readonly givenUp: string[] = [];
  /** Subjects that were erased. */
  readonly erased = new Set<string>();
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

  giveUp(id: string): void {
    this.records.delete(id);
    this.givenUp.push(id);
  }

  list(): readonly WaitingRecord[] {
    return [...this.records.values()];
  }

  isErased(_id: string, subject: string): boolean {
    return this.erased.has(subject);
  }

  settled(): Promise<void> {
    return Promise.resolve();
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
