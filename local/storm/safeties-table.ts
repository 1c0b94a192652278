import { SAFETIES, type Safety } from './safeties';
import { huntWithout } from './without';

const LIVES = 1000;
const SEED = 1;

/** `npm run safeties`: takes one safety out after the other, and tells by what it is found out. */
async function main(): Promise<number> {
  console.log(`Each safety taken out: the scenarios of the crash points, then up to ${LIVES} lives from seed ${SEED}, then every crash point.\n`);
  const left = [...SAFETIES];
  let missed = 0;
  const part = async (): Promise<void> => {
    for (let safety = left.shift(); safety !== undefined; safety = left.shift()) {
      const began = Date.now();
      const prey = await huntWithout(safety, { seed: SEED, lives: LIVES });
      missed += prey === undefined ? 1 : 0;
      console.log(told(safety, prey?.where ?? 'NOT FOUND', prey?.finding ?? '', (Date.now() - began) / 1000));
    }
  };
  await Promise.all([part(), part()]);
  console.log(`${SAFETIES.length} safeties, ${missed} of them missed by nothing`);
  return missed === 0 ? 0 : 1;
}

function told({ name, danger }: Safety, where: string, finding: string, seconds: number): string {
  return `Without: ${name}. ${danger}\n  found at ${where}, after ${seconds.toFixed(0)} s\n  ${finding.slice(0, 200)}\n`;
}

void main().then((code) => { process.exitCode = code; });
