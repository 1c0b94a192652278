import { handlerCraft } from './handler-craft';
import { live } from './life';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/** `npm run storm -- --lives N --seed S`: that many lives, each from a seed of its own, so that any can be lived again. */
async function main(): Promise<number> {
  const lives = option('lives') ?? 1000;
  const first = option('seed') ?? Math.floor(Math.random() * 2 ** 31);
  const began = Date.now();
  console.log(`${lives} lives from seed ${first}`);
  let operations = 0;
  const bad = [];
  for (let index = 0; index < lives; index++) {
    const life = await live(first + index, handlerCraft);
    operations += life.operations;
    if (life.findings.length > 0) {
      bad.push(life);
      console.log(`seed ${life.seed}: ${life.findings.join(' | ').slice(0, 600)}`);
    }
  }
  if (lives === 1 || bad.length === 1) {
    console.log((bad[0] ?? await live(first, handlerCraft)).story.join('\n'));
  }
  console.log(`${lives} lives, ${operations} operations, ${bad.length} bad ends, in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return bad.length === 0 ? 0 : 1;
}

function option(name: string): number | undefined {
  const index = process.argv.indexOf(`--${name}`);
  return index < 0 ? undefined : Number(process.argv[index + 1]);
}

void main().then((code) => { process.exitCode = code; });
