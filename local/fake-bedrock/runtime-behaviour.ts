import { amount, type Settings, share, usual } from './switches';

/** What AWS does not document of the runtime, and what goes wrong with it. May be changed at any time. */
export const RUNTIME_BEHAVIOUR = {
  /**
   * For this many milliseconds a deployment that has become Active answers ModelNotReadyException. AWS documents the
   * error, and AWS's own integration test expects it; for how long, nobody has told.
   */
  notReadyAfterCreate: amount(2000),
  /** The same after an update has put another model in its place. */
  notReadyAfterUpdate: amount(0),
  /** So many calls of each deployment with each model are throttled, once it is ready. */
  throttledAtFirst: amount(0),
  /** And so are these of all calls. */
  throttledShare: share(0),
  /** So many calls of each deployment with each model meet an InternalServerException, once it is ready. */
  failingAtFirst: amount(0),
  /** And so do these of all calls. */
  failingShare: share(0),
};

export type RuntimeBehaviour = Settings<typeof RUNTIME_BEHAVIOUR>;

export const DEFAULT_RUNTIME: RuntimeBehaviour = usual(RUNTIME_BEHAVIOUR);
