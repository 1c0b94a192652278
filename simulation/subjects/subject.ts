import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import type { Operation } from '../../lambda/reconcile/trouble';
import type { Latency } from '../../local/aws-simulator/in-process-bedrock';
import type { Death } from '../../local/aws-simulator/killed-invocation';
import type { VirtualTime } from '../../local/aws-simulator/virtual-time';
import type { ControlPlane } from '../../local/fake-bedrock/control-plane';
import type { Faults } from '../../local/fake-bedrock/faults';
import type { Chance } from '../random';

/**
 * The most executions that a page has: more than are under way at a time, so that only old ones are on the pages that
 * nobody reads.
 */
export const EXECUTIONS_PER_PAGE = 20;

/** What is to weather the storm: the back end of a custom resource. */
export interface Craft {
  /**
   * One invocation of the function that the service token names, which the sea itself may kill. Rejects when the
   * function fails or dies.
   */
  readonly invoke: (request: CloudFormationRequest) => Promise<unknown>;
  readonly close?: () => Promise<void>;
}

/** What a craft is given. */
export interface Surroundings {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly controlPlane: ControlPlane;
  readonly faults: Faults;
  /** How long a call takes there and back, ms. */
  readonly latency: Latency;
  /** PUTs an answer; it may get lost. */
  readonly respond: (url: string, body: string) => Promise<void>;
  /**
   * Whether the function dies at this call to Bedrock. Asked once per call (of the handler, not of the SDK's own
   * tries).
   */
  readonly death: (operation: Operation) => Death | undefined;
  /** Runs one more invocation, by the state machine or by another function, which may be killed before or after. */
  readonly invocation: <T>(run: () => Promise<T>) => Promise<T>;
  /** What a state machine asks of CloudFormation, by the resource that its task names. */
  readonly integration: (resource: string, input: unknown) => Promise<unknown>;
  /** A line that the function logs. */
  readonly log: (line: string) => void;
}

export type Launch = (surroundings: Surroundings) => Craft | Promise<Craft>;
