import type { CloudWatchAlarms } from '../aws-simulator/cloudwatch-alarms';
import type { LocalBedrock } from '../fake-bedrock/server';
import type { Cdk } from './cdk';
import type { Evidence } from './log-search';

/** AWS on this machine, as much of it as the tours need. */
export interface Cloud {
  readonly bedrock: LocalBedrock;
  readonly cdk: Cdk;
  /** To have them go off: there are no metrics. */
  readonly alarms: Pick<CloudWatchAlarms, 'follow'>;
  /** Where what is in it can be found. */
  readonly facts: Readonly<Record<string, string>>;
  /** The environment in which other programs find it. */
  readonly settings: Readonly<Record<string, string>>;
  /** What the run leaves on disk. */
  readonly directory: string;
  /** Name and status of those that were not deleted, the bootstrap stack of the CDK aside. */
  stacks(): Promise<string[]>;
  /** What a run has left in which a ResponseURL could be found. */
  evidence(): Promise<Evidence>;
  /** Another one beside it, whose CloudFormation is simulated. */
  simulator(): Promise<Cloud>;
  stop(): Promise<void>;
}
