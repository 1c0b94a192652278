import fc from 'fast-check';
import type { Death } from '../../../local/aws-simulator/killed-invocation';
import type { Fault } from '../../../local/fake-bedrock/faults';
import { either, just, milliseconds } from '../../workload/arbitraries/weighted';
import type { CallFault, CheckFault, InjectedFault } from '../../workload/plan';

const faults = (given: Fault): fc.Arbitrary<CallFault> =>
  fc.record({ fault: fc.constant(given), tries: fc.integer({ min: 1, max: 3 }) });
const deaths = fc.constantFrom<Death[]>('before', 'after');

const callFaults: fc.Arbitrary<CallFault> = either<CallFault>(
  { weight: 8, arbitrary: faults({ kind: 'error', name: 'ThrottlingException' }) },
  { weight: 4, arbitrary: deaths.map((death) => ({ death })) },
  { weight: 4, arbitrary: faults({ kind: 'lostReply' }) },
  { weight: 2, arbitrary: faults({ kind: 'error', name: 'InternalServerException' }) },
  { weight: 2, arbitrary: faults({ kind: 'errorAfter', name: 'InternalServerException' }) },
  { weight: 2, arbitrary: faults({ kind: 'cut' }) },
  { weight: 1, arbitrary: faults({ kind: 'hang' }) },
  { weight: 1, arbitrary: fc.constant({ fault: { kind: 'error', name: 'AccessDeniedException' }, tries: 1 }) },
);

/** What the world of the runtime does not do by itself. */
const checkFaults: fc.Arbitrary<CheckFault> = fc.oneof(
  fc.constantFrom<CheckFault[]>(
    { error: 'States.Timeout', cause: '' },
    { error: 'States.DataLimitExceeded', cause: 'The state returned a result with a size exceeding the maximum' },
    { error: 'Lambda.ServiceException', cause: '' },
    { error: 'BedrockRuntime.SdkClientException', cause: 'Unable to execute HTTP request' },
    { error: 'NeverSeenBefore', cause: 'no (Service: Any, Status Code: 400, Request ID: 1)' },
  ),
  fc.record({ deniedFor: milliseconds(1000, 150_000) }),
);

const at = fc.integer({ min: 1, max: 60 });
const early = fc.integer({ min: 1, max: 8 });

/**
 * Weighted so that of the calls 8 % are throttled, 4 % get a 5xx, 4 % lose their reply, 4 % kill the function and 3 %
 * are cut or hang; 10 % of the deliveries and 5 % of the answers go wrong. In one operation of ten Lambda may be
 * unavailable for up to half an hour, and in one of ten a policy may deny a call for three to 25 minutes.
 */
export const injectedFaults: fc.Arbitrary<InjectedFault> = either<InjectedFault>(
  { weight: 140, arbitrary: fc.record({ at, to: just('call'), what: callFaults }) },
  { weight: 24, arbitrary: fc.record({ at, to: just('invocation'), what: deaths }) },
  { weight: 6, arbitrary: fc.record({ at: early, to: just('check'), what: checkFaults }) },
  {
    weight: 1,
    arbitrary: fc.record({ at, to: just('call'), what: fc.record({ deniedFor: milliseconds(180_000, 1_500_000) }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      at,
      to: just('invocation'),
      what: fc.record({ unavailableFor: milliseconds(1000, 1_800_000) }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ at: early, to: just('delivery'), what: fc.record({ late: milliseconds(1000, 30_000) }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ at: early, to: just('delivery'), what: fc.record({ late: milliseconds(30_000, 900_000) }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      at: early,
      to: just('delivery'),
      what: fc.record({ againAfter: milliseconds(0, 400_000) }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ at: early, to: just('answer'), what: deaths }) },
);
