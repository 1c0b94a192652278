import { App, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Adds so many deployments to the stack, and returns the constructs that a user knows. */
export type DefineDeployments = (stack: Stack, count: number) => Construct[];

/** How often the app is synthesized again in the same process. */
const AGAIN = 2;

/**
 * As a program, `APP COUNT OUTDIR [chained]`: synthesizes an app with so many deployments, each of which the app makes
 * depend on the one before if they are chained. Prints the CPU time of all this in ms, from the start of the process
 * on, and how long it takes once everything is loaded and compiled.
 */
export function synthesizeApp(define: DefineDeployments): void {
  const [count = '1', outdir = '', chained] = process.argv.slice(2);
  const synthesize = (): void => {
    const app = new App({ outdir });
    const stack = new Stack(app, 'Stack', { env: { account: '000000000000', region: 'us-east-1' } });
    const deployments = define(stack, Number(count));
    if (chained !== undefined) {
      deployments.slice(1).forEach((deployment, index) => {
        deployment.node.addDependency(deployments[index] ?? stack);
      });
    }
    app.synth();
  };
  synthesize();
  const fresh = cpuMs();
  const again = Array.from({ length: AGAIN }, () => {
    const before = cpuMs();
    synthesize();
    return cpuMs() - before;
  });
  console.log(`${fresh} ${Math.min(...again)}`);
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
