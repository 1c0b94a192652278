import type { StackEvent } from '../aws-simulator/stack';
import type { TemplateResources } from '../aws-simulator/template';
import type { CdkRun } from './cdk';

/**
 * Events as the CDK CLI writes them with `--progress events`, but for their time: the minutes and seconds since
 * `began`.
 */
export function eventLines(
  stackName: string,
  events: readonly StackEvent[],
  began: number,
  template: TemplateResources,
): string[] {
  const rows = events.map(({ at, status, type = 'AWS::CloudFormation::Stack', logicalId, reason = '' }) => ({
    at: `+${clock(at - began)}`,
    status,
    type,
    what: `${logicalId === undefined ? stackName : nameOf(logicalId, template)} ${reason}`.trim(),
  }));
  const width = (column: 'at' | 'status' | 'type'): number => Math.max(...rows.map((row) => row[column].length));
  const [at, status, type] = [width('at'), width('status'), width('type')];
  return rows.map((row) =>
    [stackName, row.at.padStart(at), row.status.padEnd(status), row.type.padEnd(type), row.what].join(' | '),
  );
}

/** The types of what was deleted when all else was done, in that order. */
export function cleanedUp({ output }: CdkRun): string[] {
  const [, cleanUp = ''] = output.split('_CLEANUP_IN_PROGRESS');
  return [...cleanUp.matchAll(/DELETE_COMPLETE +\| (Custom::\w+)/g)].map(([, type = '']) => type);
}

/** In words. */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

/** With the path that the construct has in the app, when the template still tells it. */
function nameOf(logicalId: string, template: TemplateResources): string {
  const path = template[logicalId]?.Metadata?.['aws:cdk:path'];
  return typeof path === 'string' ? `${path.replace(/^[^/]*\//, '')} (${logicalId})` : logicalId;
}
