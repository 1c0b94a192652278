import type { Duration } from 'aws-cdk-lib';
import { Tokenization } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { GateProperty } from './contract';

/** A gate, bound to its deployment. */
export interface BoundGate {
  readonly property: GateProperty;
  /** The function that it calls. */
  readonly handler?: lambda.IFunction;
  /** How much of the time of the deployment it takes, if that is known. */
  readonly takes?: Duration | undefined;
}

/** CloudFormation hands every scalar to the handler as a string. */
export function numberAsString(value: number): string {
  return Tokenization.stringifyNumber(value);
}

export function inSeconds(duration: Duration): string {
  return numberAsString(duration.toSeconds());
}
