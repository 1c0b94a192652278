import { handlerCraft } from './handler-craft';
import { weather } from './weather';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const SHRINK_MS = 60_000;

/** `npm run storm -- --lives N --seed S`: that many lives, each from a seed of its own, so that any can be lived again. */
async function main(): Promise<number> {
  const lives = option('lives') ?? 1000;
  const first = option('seed') ?? Math.floor(Math.random() * 2 ** 31);
  const began = Date.now();
  console.log(`${lives} lives from seed ${first}`);
  let operations = 0;
  let bad = 0;
  for (let index = 0; index < lives; index++) {
    const life = await weather(first + index, handlerCraft, lives === 1 ? SHRINK_MS : 0);
    operations += life.operations;
    if (life.findings.length > 0) {
      bad += 1;
      console.log(`seed ${life.seed}: ${life.findings.map(({ name, detail }) => `${name}: ${detail}`).join(' | ').slice(0, 600)}`);
    }
    if (lives === 1) {
      console.log(life.story.join('\n'));
    }
  }
  console.log(`${lives} lives, ${operations} operations, ${bad} bad ends, in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return bad === 0 ? 0 : 1;
}

function option(name: string): number | undefined {
  const index = process.argv.indexOf(`--${name}`);
  return index < 0 ? undefined : Number(process.argv[index + 1]);
}

void main().then((code) => { process.exitCode = code; });
