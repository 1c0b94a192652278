import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmulatedCloud } from '../../local/demo/emulated-cloud';
import { Processes } from '../../local/demo/processes';
import { Terminal } from '../../local/demo/terminal';
import { headersOfWebPages, send } from '../local/web-page';

jest.setTimeout(1_800_000);

/**
 * What a web page that a browser on this machine shows can send to the emulator, which would run whatever function it
 * is given.
 */
describe('a form that a web page posts to the emulator', () => {
  const processes = new Processes();
  let cloud: EmulatedCloud;
  let endpoint: string;
  let written: string;

  beforeAll(async () => {
    cloud = await EmulatedCloud.start(processes, new Terminal());
    endpoint = cloud.settings['AWS_ENDPOINT_URL'] ?? '';
    written = join(cloud.directory, 'written-by-a-web-page');
  });

  afterAll(async () => {
    await cloud.stop();
    await processes.stop();
  });

  test.each(Object.keys(headersOfWebPages('http://127.0.0.1:1')))(
    'is refused for %s, and creates no stack',
    async (name) => {
      const { status, headers } = await post(headersOfWebPages(endpoint)[name] ?? {});

      expect(status).toBe(403);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
      expect(await cloud.stacks()).toEqual([]);
    },
  );

  test('is refused permission in advance as well', async () => {
    const { status, headers } = await send(endpoint, 'OPTIONS', {
      origin: 'https://attacker.example',
      'access-control-request-method': 'PUT',
    });

    expect(status).toBe(403);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('would have run its function here: posted by a program, which may, it does', async () => {
    expect(existsSync(written)).toBe(false);

    const { status, headers } = await post({});

    expect(status).toBe(200);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    while (!existsSync(written)) {
      await sleep(100);
    }
  });

  function post(headers: object): ReturnType<typeof send> {
    const form = new URLSearchParams({
      Action: 'CreateStack',
      Version: '2010-05-15',
      StackName: 'Forged',
      TemplateBody: JSON.stringify(templateWriting(written)),
    });
    return send(endpoint, 'POST', { 'content-type': 'application/x-www-form-urlencoded', ...headers }, form.toString());
  }
});

/** A function that writes that file, and a resource for which it is invoked. */
function templateWriting(file: string): object {
  return {
    Resources: {
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Runtime: 'nodejs20.x',
          Handler: 'index.handler',
          Role: 'arn:aws:iam::111122223333:role/any',
          Code: {
            ZipFile: `exports.handler = async () => { require('node:fs').writeFileSync(${JSON.stringify(file)}, ''); };`,
          },
        },
      },
      Invocation: { Type: 'Custom::Invocation', Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] } } },
    },
  };
}
