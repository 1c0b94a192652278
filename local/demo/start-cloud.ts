import { Problem } from '../problem';
import type { Cloud } from './cloud';
import { EmulatedCloud } from './emulated-cloud';
import { KEEP_NEEDS_THE_EMULATOR, type TourOptions } from './options';
import type { Processes } from './processes';
import { SimulatedCloud } from './simulated-cloud';
import type { Terminal } from './terminal';

type StartCloud = (processes: Processes, terminal: Terminal) => Promise<Cloud>;

const STARTS: Readonly<Record<'emulated' | 'simulated', StartCloud>> = {
  emulated: (processes, terminal) => EmulatedCloud.start(processes, terminal),
  simulated: (processes, terminal) => SimulatedCloud.start(processes, terminal),
};
const ABOUT_THE_SIMULATOR = `CloudFormation, Lambda and Step Functions are simulated in this process, on virtual time: an hour of waiting takes no time.
Everything else is the same as with the emulator: the real CDK CLI synthesizes the app, the built handler runs, the state
machine is the one in the template, and the local Bedrock serves the AWS SDK over HTTP.`;

/** The AWS emulator where it can be had, else the simulator, and why. */
export async function startCloud(
  { simulator, keep }: Pick<TourOptions, 'simulator' | 'keep'>,
  processes: Processes,
  terminal: Terminal,
  { emulated, simulated } = STARTS,
): Promise<Cloud> {
  if (!simulator) {
    try {
      return await emulated(processes, terminal);
    } catch (error) {
      if (!(error instanceof Problem) || processes.areBeingStopped) {
        throw error;
      }
      if (keep) {
        throw new Problem(
          `${error.message}\n\n${KEEP_NEEDS_THE_EMULATOR}\nWithout --keep, the whole tour runs on the simulator.`,
        );
      }
      terminal.line(
        `The AWS emulator is not available here, so the tour runs on the simulator. The reason:\n\n${indented(error.message)}\n`,
      );
    }
  }
  terminal.line(`${ABOUT_THE_SIMULATOR}\n`);
  return simulated(processes, terminal);
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
