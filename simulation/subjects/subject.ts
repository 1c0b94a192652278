import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import type { Operation } from '../../lambda/reconcile/kinds';
import type { SimulatedAccountOptions } from '../../local/aws-simulator/account';
import type { Latency } from '../../local/aws-simulator/in-process-bedrock';
import type { CallIntegration } from '../../local/aws-simulator/integrations/service-integrations';
import type { Death } from '../../local/aws-simulator/killed-invocation';
import type { StepFunctions } from '../../local/aws-simulator/step-functions';
import type { VirtualTime } from '../../local/aws-simulator/virtual-time';
import type { ControlPlane } from '../../local/fake-bedrock/control-plane';
import type { Faults } from '../../local/fake-bedrock/faults';
import type { Random } from '../random';

/** The page size of ListExecutions: more than run at a time, so that the first page has all that run. */
const EXECUTIONS_PER_PAGE = 20;

type Listing = Pick<SimulatedAccountOptions, 'listingDelay' | 'pageLimit' | 'mayList' | 'onReply'>;

/** Executions are listed late by up to two seconds, and by small pages. */
export function lateListing(random: Random): Listing {
  return { listingDelay: () => random.between(0, 2000), pageLimit: () => EXECUTIONS_PER_PAGE };
}

/** The system under test: the back end of a custom resource. */
export interface SimulationSubject {
  /**
   * Invokes the function that the service token names; the environment may kill it before or after. Rejects when the
   * function fails or is killed.
   */
  readonly invoke: (request: CloudFormationRequest) => Promise<unknown>;
  readonly close?: () => Promise<void>;
  /** The state machine that waits, where the subject has one of its own. */
  readonly stateMachine?: StepFunctions;
  /**
   * Makes or updates it, as CloudFormation does by the template of a stack that has gates, or has them no more. Absent:
   * the subject knows no gates.
   */
  readonly putStateMachine?: (hasGates: boolean) => void;
}

/** What the simulated environment provides to a subject. */
export interface SubjectDependencies {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly controlPlane: ControlPlane;
  readonly bedrockFaults: Faults;
  /** How long a request and its reply take, ms. */
  readonly latency: Latency;
  /** PUTs an answer, with fault injection. */
  readonly respond: (url: string, body: string) => Promise<void>;
  /**
   * Counts a call to Bedrock, and says whether the function is killed at it. To be asked once per call of the handler,
   * not for each attempt of the SDK.
   */
  readonly death: (operation: Operation) => Death | undefined;
  /** Runs a further invocation, by the state machine or by another function, with fault injection. */
  readonly invocation: <T>(run: () => Promise<T>) => Promise<T>;
  /** Performs a state machine's call to another service than the handler's function. */
  readonly integration: CallIntegration;
  /** How executions are listed. Default: `lateListing`. */
  readonly listing?: Listing;
  /** A line that the function logs. */
  readonly log: (line: string) => void;
}

export type SubjectFactory = (dependencies: SubjectDependencies) => SimulationSubject | Promise<SimulationSubject>;
