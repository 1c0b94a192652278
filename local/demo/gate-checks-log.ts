import type { CheckOutcome } from '../../lambda/reconcile/memory';
import { duration } from './stack-events';

/** What a check of a gate came to. */
export interface LoggedCheck {
  /** Seconds after the request came. */
  readonly after: number;
  readonly gate: string;
  readonly outcome: string;
}

type CheckLine = CheckOutcome & { readonly check: string; readonly elapsed: number };

/** By what the names of their states begin with. */
const GATES: Readonly<Record<string, string>> = {
  converse: 'Converse',
  invokeModel: 'InvokeModel',
  lambda: 'Function',
  alarms: 'Alarms',
};

/** The checks that the handler has logged, in their order. */
export function checksIn(logLines: readonly string[]): LoggedCheck[] {
  return logLines.filter(isOfCheck).map((line) => {
    const { check, elapsed, ...outcome } = JSON.parse(line) as CheckLine;
    return { after: elapsed, gate: gateOf(check), outcome: inWords(outcome) };
  });
}

function gateOf(check: string): string {
  return Object.entries(GATES).find(([name]) => check.startsWith(name))?.[1] ?? check;
}

/** One line for each, or for so many in a row that came to the same. */
export function checkLines(checks: readonly LoggedCheck[]): string[] {
  const rows = inARow(checks).map(({ first: { after, gate, outcome }, times }) => ({
    time: duration(after * 1000),
    gate,
    outcome: times === 1 ? outcome : `${outcome} (${times} times)`,
  }));
  const width = (column: 'time' | 'gate'): number => Math.max(...rows.map((row) => row[column].length));
  const [time, gate] = [width('time'), width('gate')];
  return rows.map((row) => `  after ${row.time.padStart(time)}  ${row.gate.padEnd(gate)}  ${row.outcome}`);
}

interface RepeatedCheck {
  readonly first: LoggedCheck;
  times: number;
}

function inARow(checks: readonly LoggedCheck[]): readonly RepeatedCheck[] {
  const rows: RepeatedCheck[] = [];
  for (const check of checks) {
    const last = rows.at(-1);
    if (last?.first.gate === check.gate && last.first.outcome === check.outcome) {
      last.times += 1;
    } else {
      rows.push({ first: check, times: 1 });
    }
  }
  return rows;
}

/** Not that a check is asked for, but what came of it. */
function isOfCheck(line: string): boolean {
  return line.startsWith('{') && line.includes('"check":') && line.includes('"kind":');
}

function inWords(outcome: CheckOutcome): string {
  switch (outcome.kind) {
    case 'answered':
      return 'the deployment answers';
    case 'error':
      return outcome.message.replace(/ \(Service: .*$/, '');
    case 'verdict':
      return [outcome.status, outcome.reason].filter(Boolean).join(': ');
    case 'alarms': {
      const alarms = outcome.alarms.map(({ name, state, reason }) =>
        state === 'ALARM' ? `${name} is in ALARM: ${reason ?? ''}` : `${name} is not in ALARM`,
      );
      return alarms.length === 0 ? 'there is no such alarm yet' : alarms.join(', ');
    }
  }
}
