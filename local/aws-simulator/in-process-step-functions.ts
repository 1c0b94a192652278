import * as sdk from '@aws-sdk/client-sfn';
import { StepFunctionsError } from './step-functions';
import type { StepFunctionsApi } from './step-functions-api';

interface StepFunctionsCommand {
  readonly input: object;
  readonly constructor: { readonly name: string };
}

/** An SDK client whose calls reach the simulator's Step Functions without a wire. */
export class InProcessStepFunctions extends sdk.SFNClient {
  constructor(private readonly api: StepFunctionsApi) {
    super({ region: 'us-east-1', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } });
    this.send = this.sendInProcess.bind(this) as typeof this.send;
  }

  private sendInProcess(command: StepFunctionsCommand): Promise<unknown> {
    return new Promise((resolve) => {
      try {
        resolve(this.api.perform(command.constructor.name.replace(/Command$/, ''), command.input));
      } catch (error) {
        throw error instanceof StepFunctionsError ? modelled(error) : error;
      }
    });
  }
}

/** The SDK's own class for an error, as the wire would give it. */
function modelled({ name, message }: StepFunctionsError): Error {
  const options = { message, name, $fault: 'client', $metadata: { httpStatusCode: 400 } } as const;
  return name === 'ExecutionAlreadyExists'
    ? new sdk.ExecutionAlreadyExists(options)
    : new sdk.SFNServiceException(options);
}
