import { Failure } from '../state-machine/failure';

/** An error of a service by the name that Step Functions gives it, in the words of the AWS SDK for Java. */
export type FailAs = (name: string, message: string, service: string, status: number) => Failure;

/** Each failure has a request of its own. */
export function serviceFailures(): FailAs {
  let requests = 0;
  return (name, message, service, status) => {
    requests += 1;
    const requestId = `00000000-0000-4000-a000-${String(requests).padStart(12, '0')}`;
    return new Failure(name, `${message} (Service: ${service}, Status Code: ${status}, Request ID: ${requestId})`);
  };
}
