// The run: arrivals and ends of steps in the order of time. Every request that arrived is finished, refused, or somewhere in flight, and
// that is checked at the end of each run and, where an auditor is given, after every event. Everything it gives is simulated.
import { invariant } from '@weighbridge/kernel';
import { whole, within } from '../../numbers/refuse.ts';
import { checkFleet, type FleetForm } from './fleet.ts';
import { Agenda } from './heap.ts';
import { Line } from './line.ts';
import { createRecord, type Measured, type Measuring } from './measure.ts';
import { Replica } from './replica.ts';
import { checkOrder, requestOf, type Load, type Request } from './request.ts';

/** Where every request is. In flight: queued, running or handed over. */
export interface Census {
  readonly at_ms: number;
  readonly arrived: number;
  readonly finished: number;
  readonly refused: number;
  readonly queued: number;
  /** On a replica, or between two. */
  readonly running: number;
}

export interface Simulation extends Measuring {
  readonly fleet: FleetForm;
  readonly load: Load;
  /** Stops here, whatever is still in flight. */
  readonly until_ms?: number;
  /** Told after every event; counted anew each time. */
  readonly audit?: (census: Census) => void;
}

export const REQUESTS_MOST = 20_000_000;
const USERS_MOST = 1_000_000;

type Event =
  | { readonly replica: Replica }
  | { readonly over: Request; readonly from: Replica }
  | { readonly enters: Request };

/** Throws PLAN_INVALID for a fleet or a load that makes no sense. */
export function simulate(simulation: Simulation): Measured {
  return new Run(simulation).all();
}

class Run {
  readonly #simulation: Simulation;
  /** Where requests enter, and where prompts of a split fleet are taken over. */
  readonly #front: readonly Replica[];
  readonly #back: readonly Replica[];
  readonly #queues: readonly Line<Request>[];
  readonly #over = new Line<Request>();
  /** Of a sequence that waits to be taken over, who holds its memory. */
  readonly #holders = new Map<Request, Replica>();
  readonly #agenda = new Agenda<Event>();
  readonly #record;
  #now = 0;
  #arrived = 0;
  #finished = 0;
  #refused = 0;
  #queued = 0;
  #between = 0;
  #turn = 0;
  #asking = 0;

  constructor(simulation: Simulation) {
    const { fleet } = simulation;
    checkFleet(fleet);
    this.#simulation = simulation;
    const shared = new Line<Request>();
    const central = fleet.routing === 'central';
    this.#front = Array.from(
      { length: fleet.split?.instances ?? fleet.instances },
      () => new Replica(frontForm(fleet), central ? shared : new Line<Request>()),
    );
    this.#queues = central ? [shared] : this.#front.map(({ queue }) => queue);
    this.#back =
      fleet.split === undefined
        ? []
        : Array.from({ length: fleet.instances }, () => new Replica(backForm(fleet), this.#over));
    this.#record = createRecord(simulation);
  }

  all(): Measured {
    const { load, until_ms = Number.POSITIVE_INFINITY, audit } = this.#simulation;
    within('until_ms', Math.min(until_ms, Number.MAX_VALUE), { most: Number.MAX_VALUE });
    if (load.kind === 'closed') this.#asking = whole('users', load.users, 1, USERS_MOST);
    this.#ask();
    let next = load.kind === 'open' ? load.next() : undefined;
    for (;;) {
      const arrives = next?.at_ms ?? Number.POSITIVE_INFINITY;
      const at = Math.min(arrives, this.#agenda.next_ms);
      if (at === Number.POSITIVE_INFINITY || at > until_ms) break;
      if (next !== undefined && arrives <= this.#agenda.next_ms) {
        checkOrder(this.#now, arrives);
        this.#now = arrives;
        this.#arrive(requestOf(this.#nextId(), arrives, next));
        next = load.kind === 'open' ? load.next() : undefined;
      } else {
        const event = this.#agenda.take();
        this.#now = at;
        if (event !== undefined) this.#step(event.what);
      }
      this.#ask();
      audit?.(this.#census());
    }
    const { arrived, finished, refused, queued, running } = this.#census();
    invariant(arrived === finished + refused + queued + running, 'every request is somewhere');
    const in_flight = queued + running;
    const replicas = this.#front.length + this.#back.length;
    return this.#record.measured({ arrived, finished, refused, in_flight, ended_ms: this.#now, replicas });
  }

  #step(event: Event): void {
    if ('replica' in event) this.#ended(event.replica);
    else if ('over' in event) this.#handOver(event);
    else {
      this.#between -= 1;
      this.#enter(event.enters);
    }
  }

  #nextId(): number {
    this.#arrived += 1;
    whole('requests of one run', this.#arrived, 1, REQUESTS_MOST);
    return this.#arrived - 1;
  }

  /** In a closed load, whoever was answered or refused asks again; one after another, since a refusal may follow at once. */
  #ask(): void {
    const { load } = this.#simulation;
    if (load.kind !== 'closed') this.#asking = 0;
    else
      for (; this.#asking > 0; this.#asking -= 1) {
        const asked = load.next();
        if (asked !== undefined) this.#arrive(requestOf(this.#nextId(), this.#now, asked));
      }
  }

  #arrive(request: Request): void {
    this.#record.arrived(request);
    const { front_ms = 0 } = this.#simulation.fleet;
    if (front_ms === 0) {
      this.#enter(request);
      return;
    }
    this.#between += 1;
    this.#agenda.add(this.#now + front_ms, { enters: request });
  }

  #enter(request: Request): void {
    const { fleet } = this.#simulation;
    const tooLarge =
      request.input + request.output > fleet.kv_tokens ||
      (fleet.split !== undefined && request.input + 1 > fleet.split.kv_tokens);
    const replica = tooLarge ? undefined : this.#place(request);
    if (replica === undefined) {
      this.#refuse();
      return;
    }
    replica.queue.add(request);
    this.#queued += 1;
    this.#wake(replica);
    if (this.#queued <= fleet.queue_most) return;
    // It was not let in at once, and no more may wait.
    const last = replica.queue.takeLast();
    invariant(last === request, 'who came last stands last');
    this.#queued -= 1;
    this.#refuse();
  }

  #refuse(): void {
    this.#refused += 1;
    this.#asking += 1;
  }

  #place(request: Request): Replica | undefined {
    const { routing } = this.#simulation.fleet;
    const front = this.#front;
    if (routing === 'central') return front.find(({ busy }) => !busy) ?? front[0];
    if (routing !== 'round_robin') return leastLoaded(front, routing === 'prefix' ? request : undefined);
    this.#turn += 1;
    return front[(this.#turn - 1) % front.length];
  }

  /** Begins a step of a replica that rests, where there is something to do. */
  #wake(replica: Replica): void {
    if (replica.busy) return;
    replica.admit(this.#now, replica.form.takes_over ? this.#taken : this.#left);
    const takes = replica.begin();
    if (takes === undefined) return;
    this.#record.step(replica.decoding, takes);
    this.#agenda.add(this.#now + takes, { replica });
  }

  #ended(replica: Replica): void {
    replica.end(
      (request) => this.#finish(request),
      (request) => this.#prompted(replica, request),
    );
    this.#wake(replica);
  }

  #prompted(replica: Replica, request: Request): void {
    request.first_ms = this.#now;
    if (request.output === 1) {
      replica.release(request);
      this.#finish(request);
      return;
    }
    const { split } = this.#simulation.fleet;
    if (split === undefined) {
      replica.stay(request);
      return;
    }
    replica.handed += 1;
    this.#between += 1;
    this.#agenda.add(this.#now + split.transfer_ms(request.input), { over: request, from: replica });
  }

  #handOver({ over, from }: { readonly over: Request; readonly from: Replica }): void {
    this.#holders.set(over, from);
    this.#over.add(over);
    const taker = this.#back.find(({ busy }) => !busy);
    if (taker !== undefined) this.#wake(taker);
  }

  /** Left the queue. */
  readonly #left = (): void => {
    this.#queued -= 1;
  };

  /** Let in where it decodes: who computed its prompt has room again. */
  readonly #taken = (request: Request): void => {
    const from = this.#holders.get(request);
    invariant(from !== undefined, 'who is taken over was held by somebody');
    this.#holders.delete(request);
    from.handed -= 1;
    from.release(request);
    this.#between -= 1;
    this.#wake(from);
  };

  #finish(request: Request): void {
    this.#finished += 1;
    this.#record.finished(request, this.#now);
    this.#asking += 1;
  }

  #census(): Census {
    const queued = this.#queues.reduce((sum, queue) => sum + queue.length, 0);
    const on = (sum: number, replica: Replica): number => sum + replica.running - replica.handed;
    const running = this.#front.reduce(on, 0) + this.#back.reduce(on, 0) + this.#between;
    return {
      at_ms: this.#now,
      arrived: this.#arrived,
      finished: this.#finished,
      refused: this.#refused,
      queued,
      running,
    };
  }
}

const frontForm = (fleet: FleetForm): Replica['form'] => ({
  slots: fleet.split?.slots ?? fleet.slots,
  kv_tokens: fleet.split?.kv_tokens ?? fleet.kv_tokens,
  prefill: fleet.prefill,
  step: fleet.split?.step ?? fleet.step,
  prefix_cache: fleet.prefix_cache,
  takes_over: false,
  takes: fleet.split === undefined ? all : prompt,
});

const backForm = (fleet: FleetForm): Replica['form'] => ({
  slots: fleet.slots,
  kv_tokens: fleet.kv_tokens,
  prefill: fleet.prefill,
  step: fleet.step,
  prefix_cache: undefined,
  takes_over: true,
  takes: all,
});

const all = ({ input, output }: Request): number => input + output;
const prompt = ({ input }: Request): number => input + 1;

/** Of those that hold as much of the prompt, the least loaded; of those, the first. */
function leastLoaded(replicas: readonly Replica[], asked: Request | undefined): Replica | undefined {
  let [chosen, best, least] = [replicas[0], -1, Number.POSITIVE_INFINITY];
  for (const replica of replicas) {
    const held = asked === undefined ? 0 : (replica.cache?.hit(asked.blocks) ?? 0);
    const { load } = replica;
    if (held > best || (held === best && load < least)) [chosen, best, least] = [replica, held, load];
  }
  return chosen;
}
