// The two formulas of Erlang (1917) for c servers and an offered load of a = λ ÷ μ: B, the share of arrivals that find all servers
// busy and are turned away, and C, the share that has to wait where they may. Both in logarithms (log-sum-exp), so thousands of
// servers neither overflow nor vanish. A load at or above the servers has no steady state and is refused, never answered.
import { refuse, within, whole } from '../numbers/refuse.ts';

export const SERVERS_MOST = 1_000_000;

/** ln B. `offered` in servers kept busy (erlangs). */
function logErlangB(servers: number, offered: number): number {
  // 1 ÷ B = Σ over k of c! ÷ (k! a^(c−k)); terms from k = c downwards, each c−j ÷ a of the one before.
  let term = 0;
  let top = 0;
  let sum = 1;
  const logOffered = Math.log(offered);
  for (let k = servers; k >= 1; k -= 1) {
    term += Math.log(k) - logOffered;
    if (term <= top) {
      // Once they fall they fall on: past 1e-18 of the largest nothing is added.
      const part = Math.exp(term - top);
      sum += part;
      if (part < 1e-18 && k < offered) break;
    } else {
      sum = sum * Math.exp(top - term) + 1;
      top = term;
    }
  }
  return -(top + Math.log(sum));
}

/** Share of arrivals lost where nobody may wait (M/G/c/c: it holds for any service time, Sevastyanov 1957). */
export function erlangB(servers: number, offered: number): number {
  whole('servers', servers, 1, SERVERS_MOST);
  within('offered load', offered, { most: SERVERS_MOST * 10 });
  return offered === 0 ? 0 : Math.exp(logErlangB(servers, offered));
}

/** Share of arrivals that wait (M/M/c). Throws PLAN_INVALID where the load is not below the servers. */
export function erlangC(servers: number, offered: number): number {
  whole('servers', servers, 1, SERVERS_MOST);
  within('offered load', offered, { most: SERVERS_MOST * 10 });
  if (offered >= servers)
    refuse(
      `${servers} servers are offered a load of ${offered}: the queue would grow without end`,
      `give it more than ${Math.floor(offered)} servers, or less load`,
    );
  if (offered === 0) return 0;
  const logB = logErlangB(servers, offered);
  const busy = offered / servers;
  return Math.exp(logB - Math.log(1 - busy + busy * Math.exp(logB)));
}
